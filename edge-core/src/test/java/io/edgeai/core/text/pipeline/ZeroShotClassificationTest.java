package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Truncation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels as hypotheses, against softmaxes over the logits of each pair by hand. */
class ZeroShotClassificationTest {
    private static final String TEXT = "the pump leaks";
    private static final List<String> TOPICS = List.of("machines", "food", "music");
    private final float[][] table = TableGraph.table(71, 80, 3);
    private final PieceTokenizer tokenizer = new PieceTokenizer(80, 64);

    private InferenceSession session() {
        return new TableGraph().sum("logits", table).open();
    }

    private TextModel model(InferenceSession session, List<String> labels) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(tokenizer)
                .labels(labels)
                .build();
    }

    private double[] logits(String text, String hypothesis, int longest) {
        Encoding pair = tokenizer.encode(text, hypothesis).truncated(longest, Truncation.ONLY_FIRST);
        int[] weights = pair.tokens().stream().mapToInt(t -> 1 + t.type()).toArray();
        return Loops.sum(table, pair.ids(), weights);
    }

    private static double score(List<Label> ranked, String label) {
        return ranked.stream()
                .filter(each -> each.label().equals(label))
                .findFirst()
                .orElseThrow()
                .score();
    }

    /** Where entailment is the first label its opposite is the last, else the first. */
    @ParameterizedTest
    @CsvSource({
        "contradiction neutral entailment, 2, 0",
        "ENTAILMENT NEUTRAL CONTRADICTION, 0, 2",
        "not_entailment entailment other, 1, 0",
    })
    void scoresAreSharesOfEntailment(String names, int entailment, int contradiction) {
        try (InferenceSession session = session()) {
            var pipeline = new ZeroShotClassification(model(session, List.of(names.split(" "))));

            List<Label> one = pipeline.classify(TEXT, TOPICS);
            List<Label> several = pipeline.classify(TEXT, TOPICS, true);

            double[] entailments = new double[3];
            for (int i = 0; i < 3; i++) {
                double[] logits = logits(TEXT, "This example is " + TOPICS.get(i) + ".", 64);
                entailments[i] = logits[entailment];
                assertThat(score(several, TOPICS.get(i)))
                        .isCloseTo(Loops.softmax(logits[contradiction], logits[entailment])[1], within(1e-5));
            }
            double[] shares = Loops.softmax(entailments);
            for (int i = 0; i < 3; i++) {
                assertThat(score(one, TOPICS.get(i))).isCloseTo(shares[i], within(1e-5));
            }
            assertThat(one).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
        }
    }

    @Test
    void aSingleLabelIsWeighedAgainstItsOpposite() {
        try (InferenceSession session = session()) {
            var pipeline = new ZeroShotClassification(model(session, List.of("contradiction", "neutral", "entailment")))
                    .template("About {}, only {}");

            double[] logits = logits(TEXT, "About oil, only oil", 64);

            assertThat(pipeline.classify(TEXT, List.of("oil")).get(0).score())
                    .isCloseTo(Loops.softmax(logits[0], logits[2])[1], within(1e-5));
        }
    }

    @Test
    void longTextsGiveWayToTheLabel() {
        String longText = "the pump of hall seven leaks oil since monday ".repeat(20);
        try (InferenceSession session = session()) {
            var pipeline =
                    new ZeroShotClassification(model(session, List.of("contradiction", "neutral", "entailment")));

            List<Label> ranked = pipeline.classify(longText, List.of("oil"), true);

            double[] logits = logits(longText, "This example is oil.", 64);
            assertThat(ranked.get(0).score()).isCloseTo(Loops.softmax(logits[0], logits[2])[1], within(1e-4));
            assertThatThrownBy(() -> pipeline.classify("short", List.of("x".repeat(300))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("cannot be cut to (64) by ONLY_FIRST");
        }
    }

    @Test
    void otherModelsAndEmptyListsAreRefused() {
        try (InferenceSession session = session()) {
            assertThatThrownBy(() -> new ZeroShotClassification(model(session, List.of("good", "bad", "ugly"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("No label of [good, bad, ugly] begins with \"entail\"");
            assertThatThrownBy(() -> new ZeroShotClassification(model(session, List.of("entailment"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no opposite");
            var pipeline = new ZeroShotClassification(model(session, List.of("no", "maybe", "entails")));
            assertThatThrownBy(() -> pipeline.classify(TEXT, List.of())).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> pipeline.template("no place"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(no place)");
        }
    }
}
