package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Embeddings against means over the table by hand. */
class SentenceEmbeddingsTest {
    private final float[][] table = TableGraph.table(61, 40, 6);
    private final PieceTokenizer tokenizer = new PieceTokenizer(40, 9);

    private static TextModel model(InferenceSession session, PieceTokenizer tokenizer) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(tokenizer)
                .build();
    }

    private double[] mean(String text) {
        long[] ids = tokenizer.encode(text).truncated(9).ids();
        int[] ones = new int[ids.length];
        Arrays.fill(ones, 1);
        double[] mean = Loops.sum(table, ids, ones);
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= ids.length;
        }
        return mean;
    }

    @Test
    void hiddenStatesBecomeMeansOfLengthOne() {
        List<String> texts = List.of("oil", "the pump of hall seven leaks oil since monday", "", "Anna Keller");
        try (InferenceSession session =
                new TableGraph().rows("last_hidden_state", table).open()) {
            var pipeline = new SentenceEmbeddings(model(session, tokenizer));

            float[][] unit = pipeline.embed(texts);
            float[][] plain = pipeline.notNormalized().embed(texts);

            for (int t = 0; t < texts.size(); t++) {
                double[] mean = mean(texts.get(t));
                double length = Math.sqrt(Arrays.stream(mean).map(x -> x * x).sum());
                for (int i = 0; i < 6; i++) {
                    assertThat(plain[t][i]).as("text %d", t).isCloseTo((float) mean[i], within(1e-5f));
                    assertThat(unit[t][i]).as("text %d", t).isCloseTo((float) (mean[i] / length), within(1e-5f));
                }
            }
        }
    }

    @Test
    void aGraphsOwnEmbeddingIsGivenAsItIs() {
        try (InferenceSession session = new TableGraph()
                .rows("last_hidden_state", table)
                .sum("sentence_embedding", table)
                .open()) {
            float[] embedding = new SentenceEmbeddings(model(session, tokenizer)).embed("hall");

            double[] mean = mean("hall");
            int tokens = tokenizer.encode("hall").size();
            for (int i = 0; i < 6; i++) {
                assertThat(embedding[i]).isCloseTo((float) (mean[i] * tokens), within(1e-5f));
            }
        }
    }

    @Test
    void similarityIsTheCosine() {
        assertThat(SentenceEmbeddings.similarity(new float[] {3, 4}, new float[] {6, 8}))
                .isCloseTo(1, within(1e-12));
        assertThat(SentenceEmbeddings.similarity(new float[] {3, 4}, new float[] {-4, 3}))
                .isZero();
        assertThat(SentenceEmbeddings.similarity(new float[] {1, 0}, new float[] {1, 1}))
                .isCloseTo(Math.cos(Math.PI / 4), within(1e-12));
        assertThat(SentenceEmbeddings.similarity(new float[2], new float[] {1, 1}))
                .isZero();
        assertThatThrownBy(() -> SentenceEmbeddings.similarity(new float[2], new float[3]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2, 3)");
    }

    @Test
    void aGraphWithoutVectorsIsRefused() {
        try (InferenceSession session = new TableGraph()
                .column("start_logits", TableGraph.table(1, 40, 1))
                .column("end_logits", TableGraph.table(2, 40, 1))
                .open()) {
            assertThatThrownBy(() -> new SentenceEmbeddings(model(session, tokenizer)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("[start_logits, end_logits] hold none of [sentence_embedding,")
                    .hasMessageContaining("Maybe the model was made for another task");
        }
    }
}
