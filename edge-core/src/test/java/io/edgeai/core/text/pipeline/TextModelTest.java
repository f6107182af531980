package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a graph is fed, and what is said where graph and tokenizer do not fit. */
class TextModelTest {
    private static final TensorSpec IDS = TensorSpec.of("input_ids", ElementType.INT64, -1, -1);
    private static final TensorSpec LOGITS = TensorSpec.of("logits", ElementType.FLOAT, -1, 2);
    private final PieceTokenizer tokenizer = new PieceTokenizer(40, 20);
    private final List<Map<String, Tensor>> fed = new ArrayList<>();

    /** A model that notes what it is fed and answers with zeros. */
    private TextModel.Builder noting(TensorSpec... inputs) {
        return TextModel.builder()
                .graph(new Signature(List.of(inputs), List.of(LOGITS)), given -> {
                    fed.add(given);
                    long rows = given.get("input_ids").shape()[0];
                    return Map.of("logits", Tensor.of(new float[(int) rows * 2], rows, 2));
                })
                .tokenizer(tokenizer)
                .labels(List.of("no", "yes"));
    }

    @Test
    void onlyTheInputsOfTheGraphAreFed() {
        new TextClassification(noting(IDS).build()).classify("oil");

        assertThat(fed).singleElement().satisfies(given -> assertThat(given).containsOnlyKeys("input_ids"));
    }

    @Test
    void shortRowsArePaddedAndMasked() {
        TensorSpec mask = TensorSpec.of("attention_mask", ElementType.INT64, -1, -1);
        TensorSpec types = TensorSpec.of("token_type_ids", ElementType.INT64, -1, -1);

        new TextClassification(noting(IDS, mask, types).build()).classify(List.of("a b c", "", "a"));

        long a = tokenizer.encode("a").ids()[1];
        Map<String, Tensor> given = fed.get(0);
        assertThat(given.get("input_ids").shape()).containsExactly(3, 5);
        assertThat(given.get("input_ids").longs()).startsWith(1, 2, 0, 0, 0, 1, a, 2, 0, 0, 1, a);
        assertThat(given.get("attention_mask").longs()).containsExactly(1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
        assertThat(given.get("token_type_ids").longs()).containsOnly(0);
    }

    @Test
    void textsOfLikeLengthRunTogether() {
        new TextClassification(noting(IDS).batchSize(2).build())
                .classify(List.of("a b c d", "a", "a b c d", "a", "a b"));

        assertThat(fed.stream().map(given -> given.get("input_ids").shape()))
                .containsExactly(new long[] {2, 3}, new long[] {2, 6}, new long[] {1, 6});
    }

    @Test
    void narrowAndFixedInputsAreFilledAsTheGraphAsks() {
        float[][] table = TableGraph.table(8, 40, 2);
        try (InferenceSession free = new TableGraph().sum("logits", table).open();
                InferenceSession fixed = new TableGraph(ElementType.INT32, Dim.of(2), Dim.of(7))
                        .sum("logits", table)
                        .open()) {
            List<String> texts = List.of("oil", "", "the pump of hall seven leaks", "hall", "Anna");
            List<List<Label>> expected =
                    new TextClassification(labelled(free).maxTokens(7).build()).scores(texts);

            List<List<Label>> narrow = new TextClassification(labelled(fixed).build()).scores(texts);

            for (int i = 0; i < texts.size(); i++) {
                assertThat(narrow.get(i).get(0).label())
                        .isEqualTo(expected.get(i).get(0).label());
                assertThat(narrow.get(i).get(0).score())
                        .isCloseTo(expected.get(i).get(0).score(), within(1e-6));
            }
        }
    }

    private TextModel.Builder labelled(InferenceSession session) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(tokenizer)
                .labels(List.of("no", "yes"));
    }

    @Test
    void mostTokensComeFromTheCallerElseTheTokenizerElse512() {
        assertThat(noting(IDS).build().maxTokens()).isEqualTo(20);
        assertThat(noting(IDS).maxTokens(9).build().maxTokens()).isEqualTo(9);
        assertThat(noting(IDS).tokenizer(new PieceTokenizer(40, 0)).build().maxTokens())
                .isEqualTo(512);
        new TextClassification(noting(IDS).maxTokens(9).build()).classify("word ".repeat(100));
        assertThat(fed.get(0).get("input_ids").shape()).containsExactly(1, 9);
    }

    static Stream<Arguments> foreignInputs() {
        return Stream.of(
                Arguments.of(TensorSpec.of("pixel_values", ElementType.FLOAT, -1, 3, 8, 8)),
                Arguments.of(TensorSpec.of("position_ids", ElementType.INT64, -1, -1)),
                Arguments.of(TensorSpec.of("attention_mask", ElementType.FLOAT, -1, -1)),
                Arguments.of(TensorSpec.of("token_type_ids", ElementType.INT64, -1)));
    }

    @ParameterizedTest
    @MethodSource("foreignInputs")
    void inputsNoTokenizerGivesAreRefused(TensorSpec input) {
        assertThatThrownBy(() -> noting(IDS, input).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(input.toString())
                .hasMessageContaining("Maybe");
    }

    @Test
    void missingPartsAreNamed() {
        assertThatThrownBy(() -> noting().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no input (input_ids)");
        assertThatThrownBy(() -> TextModel.builder().tokenizer(tokenizer).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("graph: missing, tokenizer: set");
        assertThatThrownBy(() -> TextModel.builder().maxTokens(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> TextModel.builder().batchSize(5000)).isInstanceOf(InvalidInputException.class);
    }

    static Stream<Arguments> wrongAnswers() {
        return Stream.of(
                Arguments.of(Map.of()),
                Arguments.of(Map.of("logits", Tensor.of(new float[2], 2))),
                Arguments.of(Map.of("logits", Tensor.of(new float[4], 2, 2))),
                Arguments.of(Map.of("logits", Tensor.of(new long[2], 1, 2))),
                Arguments.of(Map.of("logits", Tensor.of(new float[2], 1, 1, 1, 2))),
                Arguments.of(Map.of("logits", Tensor.of(new float[] {1, Float.NaN}, 1, 2))));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void answersOfAnotherFormAreRefused(Map<String, Tensor> answer) {
        var pipeline = new TextClassification(TextModel.builder()
                .graph(new Signature(List.of(IDS), List.of(LOGITS)), given -> answer)
                .tokenizer(tokenizer)
                .labels(List.of("no", "yes"))
                .build());

        assertThatThrownBy(() -> pipeline.classify("oil"))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"0\":\"a\",\"2\":\"b\"}", "{\"0\":1}", "no json", "[\"a\"]"})
    void labelsThatCannotBeReadAreRefused(String text) {
        assertThatThrownBy(() -> TextModel.builder().metadata(Map.of("huggingface.id2label", text)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("huggingface.id2label")
                .hasMessageContaining("Maybe");
    }

    @Test
    void labelsAreInTheOrderOfTheirNumbersNotOfTheFile() {
        TextModel model = noting(IDS)
                .metadata(Map.of(
                        "huggingface.id2label",
                        "{\"10\":\"k\",\"2\":\"c\",\"1\":\"b\",\"0\":\"a\",\"3\":\"d\","
                                + "\"4\":\"e\",\"5\":\"f\",\"6\":\"g\",\"7\":\"h\",\"8\":\"i\",\"9\":\"j\"}"))
                .build();

        assertThat(String.join("", model.labels())).isEqualTo("abcdefghijk");
        assertThat(model.multiLabel()).isFalse();
        assertThat(model.tokenizer()).isSameAs(tokenizer);
    }
}
