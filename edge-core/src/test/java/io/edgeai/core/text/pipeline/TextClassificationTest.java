package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Labels of whole texts, against sums over the table by hand. */
class TextClassificationTest {
    private static final List<String> LABELS = List.of("good", "bad", "ugly");
    private final float[][] table = TableGraph.table(3, 40, 3);
    private final PieceTokenizer tokenizer = new PieceTokenizer(40, 12);

    private double[] logits(Encoding encoding) {
        int[] weights = encoding.tokens().stream().mapToInt(t -> 1 + t.type()).toArray();
        return Loops.sum(table, encoding.ids(), weights);
    }

    private InferenceSession session() {
        return new TableGraph().sum("logits", table).open();
    }

    private static TextModel.Builder model(InferenceSession session, PieceTokenizer tokenizer) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(tokenizer)
                .labels(LABELS);
    }

    private static double score(List<Label> ranked, String label) {
        return ranked.stream()
                .filter(each -> each.label().equals(label))
                .findFirst()
                .orElseThrow()
                .score();
    }

    @Test
    void textsOfManyLengthsTogetherAnswerAsEachAlone() {
        long seed = 11;
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            texts.add(Loops.text(random, random.nextInt(4)));
        }
        try (InferenceSession session = session()) {
            var pipeline = new TextClassification(
                    model(session, tokenizer).batchSize(5).build());

            List<List<Label>> all = pipeline.scores(texts);

            for (int i = 0; i < texts.size(); i++) {
                double[] expected =
                        Loops.softmax(logits(tokenizer.encode(texts.get(i)).truncated(12)));
                for (int k = 0; k < 3; k++) {
                    assertThat(score(all.get(i), LABELS.get(k)))
                            .as("seed %d, text %d (%s), %s", seed, i, texts.get(i), LABELS.get(k))
                            .isCloseTo(expected[k], within(1e-5));
                }
                assertThat(all.get(i)).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
            }
            assertThat(pipeline.classify(texts))
                    .isEqualTo(all.stream().map(each -> each.get(0)).toList());
        }
    }

    @Test
    void aPairIsReadTogetherWithTheSecondTextOfTypeOne() {
        try (InferenceSession session = session()) {
            var pipeline = new TextClassification(model(session, tokenizer).build());

            List<Label> ranked = pipeline.scores("oil", "leaks");

            double[] expected = Loops.softmax(logits(tokenizer.encode("oil", "leaks")));
            assertThat(score(ranked, "ugly")).isCloseTo(expected[2], within(1e-5));
        }
    }

    @Test
    void severalLabelsMayHoldAtOnce() {
        try (InferenceSession session = session()) {
            Map<String, String> metadata = Map.of(
                    "huggingface.id2label", "{\"0\":\"good\",\"1\":\"bad\",\"2\":\"ugly\"}",
                    "huggingface.problem_type", "multi_label_classification");

            List<Label> ranked = new TextClassification(TextModel.of(session, tokenizer, metadata)).scores("the pump");

            double[] logits = logits(tokenizer.encode("the pump"));
            for (int k = 0; k < 3; k++) {
                assertThat(score(ranked, LABELS.get(k))).isCloseTo(Loops.sigmoid(logits[k]), within(1e-5));
            }
        }
    }

    @Test
    void oneLabelAloneHasItsSigmoid() {
        float[][] single = TableGraph.table(5, 40, 1);
        try (InferenceSession session = new TableGraph().sum("logits", single).open()) {
            var pipeline = new TextClassification(
                    model(session, tokenizer).labels(List.of("toxic")).build());
            int[] ones = new int[tokenizer.encode("oil").size()];
            Arrays.fill(ones, 1);

            double sum = Loops.sum(single, tokenizer.encode("oil").ids(), ones)[0];

            assertThat(pipeline.classify("oil").score()).isCloseTo(Loops.sigmoid(sum), within(1e-5));
        }
    }

    @Test
    void anEmptyTextIsItsSpecialTokens() {
        try (InferenceSession session = session()) {
            var pipeline = new TextClassification(model(session, tokenizer).build());

            double[] expected = Loops.softmax(
                    Loops.sum(table, new long[] {PieceTokenizer.CLS, PieceTokenizer.SEP}, new int[] {1, 1}));

            assertThat(score(pipeline.scores(""), "good")).isCloseTo(expected[0], within(1e-5));
            assertThat(pipeline.scores(List.of())).isEmpty();
        }
    }

    @Test
    void labelsThatAreMissingOrTooFewAreSaid() {
        try (InferenceSession session = session()) {
            assertThatThrownBy(() -> new TextClassification(
                            model(session, tokenizer).labels(List.of()).build()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no labels")
                    .hasMessageContaining("Maybe give them");
            var two = new TextClassification(
                    model(session, tokenizer).labels(List.of("yes", "no")).build());
            assertThatThrownBy(() -> two.classify("oil"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(3) scores but there are 2 labels [yes, no]");
        }
    }
}
