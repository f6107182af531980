package io.edgeai.formats.sklearn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns in parts side by side: whatever is chosen of them comes from the right part at the right place. */
class FeaturesTest {
    private final OnnxGraph graph = OnnxGraph.create("test", 20);
    private final Emitter out = new Emitter(graph);

    private static Features.Part part(String value, ElementType type, int width) {
        return new Features.Part(value, type, width);
    }

    /** Three columns of numbers, one of text, two of flags. */
    private static Features mixed() {
        return new Features(List.of(
                part("numbers", ElementType.DOUBLE, 3),
                part("text", ElementType.STRING, 1),
                part("flags", ElementType.BOOL, 2)));
    }

    /** Which columns of which part a value is: followed back through the graph's selections. */
    private List<String> sources(Features.Part part) {
        OnnxNode gather = graph.nodes().stream()
                .filter(node -> node.outputs().contains(part.value()))
                .findFirst()
                .orElse(null);
        List<String> sources = new ArrayList<>();
        if (gather == null) {
            for (int i = 0; i < part.width(); i++) {
                sources.add(part.value() + i);
            }
            return sources;
        }
        assertThat(gather.op()).isEqualTo("Gather");
        OnnxTensor index = graph.initializers().get(gather.input(1));
        for (long column : index.longs()) {
            sources.add(gather.input(0) + column);
        }
        return sources;
    }

    private List<String> sources(Features features) {
        return features.parts().stream().flatMap(part -> sources(part).stream()).toList();
    }

    private static final List<String> ALL = List.of("numbers0", "numbers1", "numbers2", "text0", "flags0", "flags1");

    @Test
    void selectionsKeepOrderAndRepeats() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int[] chosen = random.ints(random.nextInt(8), 0, 6).toArray();
            Features selected = mixed().select(out, chosen);
            assertThat(sources(selected))
                    .as("seed " + seed)
                    .isEqualTo(Arrays.stream(chosen).mapToObj(ALL::get).toList());
            assertThat(selected.width()).isEqualTo(chosen.length);
        }
    }

    @Test
    void wholePartsAreNotTakenApart() {
        Features features = mixed();
        assertThat(features.select(out, new int[] {0, 1, 2, 3, 4, 5})).isSameAs(features);
        assertThat(features.select(out, new int[] {4, 5, 3}).parts())
                .extracting(Features.Part::value)
                .containsExactly("flags", "text");
        assertThat(graph.nodes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void singleColumnsAreOfTheirOwnType(int index) {
        Features.Part column = mixed().column(out, index);
        assertThat(sources(column)).containsExactly(ALL.get(index));
        assertThat(column.width()).isEqualTo(1);
        assertThat(column.type())
                .isEqualTo(index < 3 ? ElementType.DOUBLE : index == 3 ? ElementType.STRING : ElementType.BOOL);
    }

    /** Regression: column -1 was taken for the last column of the first part, as ONNX counts. */
    @ParameterizedTest
    @ValueSource(ints = {-2, -1, 6, 99})
    void regressionColumnsOutsideAreRefused(int index) {
        assertThatThrownBy(() -> mixed().column(out, index))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("column (" + index + ") of 6");
        assertThatThrownBy(() -> mixed().select(out, new int[] {0, index}))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("column (" + index + ") of 6");
    }

    @Test
    void numbersOfAnyTypeBecomeOneMatrix() {
        Features numbers = new Features(List.of(part("a", ElementType.DOUBLE, 2), part("b", ElementType.INT64, 1)));
        String matrix = numbers.matrix(out);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Cast", "Concat");
        assertThat(graph.nodes().get(1).outputs()).containsExactly(matrix);
        assertThat(Features.of("x", 3).matrix(out)).as("nothing to join").isEqualTo("x");
        assertThatThrownBy(() -> mixed().matrix(out)).hasMessageContaining("text columns where numbers are needed");
        assertThatThrownBy(() -> new Features(List.of()).matrix(out)).hasMessageContaining("no columns");
    }

    @Test
    void joinedColumnsStandBesideEachOther() {
        Features joined = Features.join(List.of(Features.of("x", 2), mixed(), new Features(List.of())));
        assertThat(joined.width()).isEqualTo(8);
        assertThat(joined.text()).isTrue();
        assertThat(Features.of("x", 2).text()).isFalse();
        assertThat(Features.join(List.of()).width()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"predict", "transform", "predict_proba", "decision_function"})
    void answersThatAnEstimatorLacksAreNamed(String method) {
        Fitted fitted = new Fitted();
        assertThat(fitted.has(method)).isFalse();
        assertThatThrownBy(() -> {
                    switch (method) {
                        case "predict" -> fitted.predict();
                        case "transform" -> fitted.transform();
                        case "predict_proba" -> fitted.proba();
                        default -> fitted.score(method);
                    }
                })
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("an inner estimator has no method (" + method + ")");
    }

    @Test
    void answersAreKeptUnderTheirMethod() {
        Fitted fitted = new Fitted()
                .proba("p", 3)
                .decision("d", 1)
                .scoreSamples("s")
                .score("predict_proba_1", "q", 2, false)
                .transform(Features.of("t", 4))
                .predict("y", 2, false);
        assertThat(fitted.scores())
                .containsOnlyKeys("predict_proba", "decision_function", "score_samples", "predict_proba_1");
        assertThat(fitted.score("decision_function")).isEqualTo(new Fitted.Score("d", 1, true));
        assertThat(fitted.transform().width()).isEqualTo(4);
        assertThat(fitted.outputs()).isEqualTo(2);
        assertThat(fitted.flat()).isFalse();
        assertThat(fitted.classifier()).isFalse();
        assertThatThrownBy(fitted::indices).hasMessageContaining("(class prediction)");
        assertThatThrownBy(fitted::labels).hasMessageContaining("(classes_)");
    }
}
