package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.formats.golden.Npy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads by loops over the hidden state that the body of the same weights gives; the bodies have tests of their own. */
class HeadsTest {
    private static final long[][] IDS = {{4, 9, 3, 17, 6}};

    @TempDir
    Path folder;

    /** A family: the beginning of its class names, a body, and its width. */
    private record Body(String name, Supplier<TinyModel> model, int width) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Body> BODIES = List.of(
            new Body("Bert", () -> BertOracle.body(150, "bert", "", "bert.", 12, 2), 12),
            new Body(
                    "Electra",
                    () -> BertOracle.body(151, "electra", "", "electra.", 12, 2).set("embedding_size", 12),
                    12),
            new Body("Camembert", () -> BertOracle.body(152, "camembert", "", "roberta.", 12, 1), 12),
            new Body("Albert", () -> AlbertFamilyTest.model(153, "", 2, 1, 1), 12),
            new Body("DistilBert", () -> DistilBertFamilyTest.model(154, ""), 8),
            new Body("MPNet", () -> prefixed(MpnetFamilyTest.model(155, 12), "mpnet."), 8),
            new Body("DebertaV2", () -> DebertaFamilyTest.model(156, "", "c2p|p2c", true, 6, 0), 8),
            new Body("GPT2", () -> Gpt2FamilyTest.model(157, "transformer.", false), 6));

    private static TinyModel prefixed(TinyModel model, String prefix) {
        List.copyOf(model.weights.keySet()).forEach(name -> model.rename(name, prefix + name));
        return model;
    }

    private static Body body(String name) {
        return BODIES.stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
    }

    private Map<String, Npy> run(TinyModel model, String architecture) {
        model.set("architectures", List.of(architecture));
        long[][] ones = {{1, 1, 1, 1, 1}};
        return TinyModel.run(
                model.imported(folder.resolve(architecture)),
                Map.of(
                        "input_ids", TinyModel.integers(IDS),
                        "attention_mask", TinyModel.integers(ones),
                        "token_type_ids", TinyModel.integers(new long[1][5])));
    }

    private double[][] hidden(TinyModel model, Body body) {
        double[] flat =
                run(model, body.name() + "Model").get("last_hidden_state").numbers();
        double[][] rows = new double[5][];
        for (int t = 0; t < 5; t++) {
            rows[t] = Arrays.copyOfRange(flat, t * body.width(), (t + 1) * body.width());
        }
        return rows;
    }

    private static void agree(Npy found, double[][] expected) {
        double[] numbers = found.numbers();
        int at = 0;
        for (double[] row : expected) {
            for (double value : row) {
                assertThat(numbers[at++]).isCloseTo(value, within(Agreement.BOUND * Math.max(1, Math.abs(value))));
            }
        }
        assertThat(numbers).hasSize(at);
    }

    private static double[][] first(double[][] hidden) {
        return new double[][] {hidden[0]};
    }

    static Stream<Body> all() {
        return BODIES.stream();
    }

    static Stream<Body> readers() {
        return BODIES.stream().filter(body -> !body.name().equals("GPT2"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void classesOfTokens(Body body) {
        TinyModel model = body.model().get().set("num_labels", 5).linear("classifier", 5, body.width());

        Npy logits = run(model, body.name() + "ForTokenClassification").get("logits");

        agree(logits, new Loops(model).linear(hidden(model, body), "classifier"));
        assertThat(logits.dims()).containsExactly(1, 5, 5);
    }

    @ParameterizedTest
    @MethodSource("readers")
    void answers(Body body) {
        TinyModel model = body.model().get().linear("qa_outputs", 2, body.width());

        Map<String, Npy> found = run(model, body.name() + "ForQuestionAnswering");

        double[][] both = new Loops(model).linear(hidden(model, body), "qa_outputs");
        for (int side = 0; side < 2; side++) {
            int column = side;
            double[][] expected = {
                Arrays.stream(both).mapToDouble(pair -> pair[column]).toArray()
            };
            agree(found.get(side == 0 ? "start_logits" : "end_logits"), expected);
        }
        assertThat(found).hasSize(2);
    }

    static Stream<Arguments> poolers() {
        return Stream.of(
                Arguments.of("Albert", "ForSequenceClassification", "albert.pooler", "classifier", "logits"),
                Arguments.of("Albert", "ForPreTraining", "albert.pooler", "sop_classifier.classifier", "sop_logits"),
                Arguments.of("Bert", "ForSequenceClassification", "bert.pooler.dense", "classifier", "logits"),
                Arguments.of(
                        "Bert", "ForNextSentencePrediction", "bert.pooler.dense", "cls.seq_relationship", "logits"),
                Arguments.of("MPNet", "ForSequenceClassification", "classifier.dense", "classifier.out_proj", "logits"),
                Arguments.of(
                        "Camembert", "ForSequenceClassification", "classifier.dense", "classifier.out_proj", "logits"));
    }

    /** A layer with tanh on the first token, then one that scores classes. */
    @ParameterizedTest
    @MethodSource("poolers")
    void classesOfTexts(String name, String head, String pooler, String classifier, String output) {
        Body body = body(name);
        TinyModel model = body.model().get().linear(classifier, 2, body.width());
        if (!model.weights.containsKey(pooler + ".weight")) {
            model.linear(pooler, body.width(), body.width());
        }
        if (head.equals("ForPreTraining")) {
            model.linear("predictions.dense", 5, 12)
                    .norm("predictions.LayerNorm", 5)
                    .weight("predictions.bias", 30);
        }
        Loops loops = new Loops(model);

        Npy logits = run(model, name + head).get(output);

        double[][] pooled = Loops.each(loops.linear(first(hidden(model, body)), pooler), Math::tanh);
        agree(logits, loops.linear(pooled, classifier));
        assertThat(logits.dims()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @MethodSource("readers")
    void headsWithoutTheirWeightsAreRefused(Body body) {
        TinyModel model = body.model().get();

        assertThatThrownBy(() -> run(model, body.name() + "ForQuestionAnswering"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(qa_outputs.weight) [2, " + body.width() + "] is missing")
                .hasMessageContaining("(qa_outputs.bias) [2] is missing");
    }

    /** MPNet's words: a layer, gelu, a normalization, the table. */
    @Test
    void wordsOfMpnet() {
        Body body = body("MPNet");
        TinyModel model = body.model()
                .get()
                .linear("lm_head.dense", 8, 8)
                .norm("lm_head.layer_norm", 8)
                .weight("lm_head.bias", 25);
        Loops loops = new Loops(model);

        Npy logits = run(model, "MPNetForMaskedLM").get("logits");

        double[][] x = loops.norm(
                Loops.each(loops.linear(hidden(model, body), "lm_head.dense"), Loops::gelu),
                "lm_head.layer_norm",
                1e-5);
        double[][] expected = new double[5][25];
        for (int t = 0; t < 5; t++) {
            for (int w = 0; w < 25; w++) {
                double[] word = loops.row("mpnet.embeddings.word_embeddings.weight", w);
                expected[t][w] = loops.weight("lm_head.bias")[w];
                for (int c = 0; c < 8; c++) {
                    expected[t][w] += x[t][c] * word[c];
                }
            }
        }
        agree(logits, expected);
        assertThat(logits.dims()).containsExactly(1, 5, 25);
    }
}
