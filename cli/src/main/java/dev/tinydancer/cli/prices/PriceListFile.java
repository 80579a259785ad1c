package dev.tinydancer.cli.prices;

import dev.tinydancer.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A price list, as a file. */
final class PriceListFile {

    @Parameters(
            paramLabel = "FILE",
            description = "The list as JSON: LiteLLM's model_prices_and_context_window.json, models.dev's api.json,"
                    + " genai-prices' data.json, or OpenRouter's /api/v1/models.")
    private Path file = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "Its form, where it is not to be seen from it: litellm, models_dev, genai_prices or openrouter.")
    private String format;

    String format() {
        return format;
    }

    /** The text. */
    String read() {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new CommandException(file + " is not a text in UTF-8", e);
        } catch (IOException e) {
            throw new CommandException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
