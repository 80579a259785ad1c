package dev.tinydancer.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/** Lucene's graph (HNSW) in memory with its default settings, one segment; looks for thirty and takes the best. */
final class LuceneGraph implements Search {

    private static final String FIELD = "vector";
    private static final int BEAM = 30;

    private final IndexSearcher searcher;

    LuceneGraph(float[][] rows) throws IOException {
        IndexWriter writer = new IndexWriter(new ByteBuffersDirectory(), new IndexWriterConfig());
        for (float[] row : rows) {
            Document document = new Document();
            document.add(new KnnFloatVectorField(FIELD, row, VectorSimilarityFunction.DOT_PRODUCT));
            writer.addDocument(document);
        }
        writer.forceMerge(1);
        searcher = new IndexSearcher(DirectoryReader.open(writer));
    }

    @Override
    public String name() {
        return "lucene_graph";
    }

    @Override
    public int[] nearest(float[] query, int best) {
        try {
            return Arrays.stream(searcher.search(new KnnFloatVectorQuery(FIELD, query, BEAM), best).scoreDocs)
                    .mapToInt(found -> found.doc)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException("an index in memory was searched with an I/O error", e);
        }
    }
}
