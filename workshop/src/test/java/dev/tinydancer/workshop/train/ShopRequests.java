package dev.tinydancer.workshop.train;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two kinds of requests of a shop, 40 of each. */
final class ShopRequests {

    private static final List<String> BILLING =
            List.of("invoice", "refund", "payment", "price", "credit", "bill", "fee", "discount", "tax", "charge");
    private static final List<String> SHIPPING = List.of(
            "parcel", "delivery", "courier", "address", "package", "box", "truck", "shipment", "mailbox", "postman");
    private static final List<String> QUESTIONS =
            List.of("where is the %s", "when does the %s come", "I need the %s", "my %s is wrong");

    private ShopRequests() {}

    record Row(String request, String category) {}

    static List<Row> rows() {
        return QUESTIONS.stream()
                .flatMap(question -> Stream.concat(
                        BILLING.stream().map(word -> new Row(question.formatted(word), "billing")),
                        SHIPPING.stream().map(word -> new Row(question.formatted(word), "shipping"))))
                .toList();
    }

    static String jsonLines() {
        return rows().stream()
                .map(row -> "{\"text\": \"%s\", \"category\": \"%s\"}".formatted(row.request(), row.category()))
                .collect(Collectors.joining("\n"));
    }
}
