package io.edgeai.formats.sklearn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LabelsTest {
    private final OnnxGraph graph = OnnxGraph.create("test", 20);
    private final Emitter out = new Emitter(graph);

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(List.of("b", "a"), ElementType.STRING, false),
                Arguments.of(List.of(false, true), ElementType.BOOL, false),
                Arguments.of(List.of(3L, 5L), ElementType.INT64, false),
                Arguments.of(List.of(0L, 1L, 2L), ElementType.INT64, true),
                Arguments.of(List.of(1L, 2L), ElementType.INT64, false),
                Arguments.of(List.of(0.0, 1.0), ElementType.DOUBLE, true),
                Arguments.of(List.of(0L, 0.5), ElementType.DOUBLE, false));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void classesAreOfOneKind(List<Object> values, ElementType type, boolean ordinal) {
        Labels labels = Labels.of(values);
        assertThat(labels.type()).isEqualTo(type);
        assertThat(labels.ordinal()).isEqualTo(ordinal);
        assertThat(labels.size()).isEqualTo(values.size());
        for (int i = 0; i < values.size(); i++) {
            assertThat(labels.indexOf(values.get(i))).isEqualTo(i);
        }
    }

    /** Labels are looked up, unless they are whole numbers from zero on, which are their own index. */
    @ParameterizedTest
    @MethodSource("kinds")
    void labelsStandAtTheirIndex(List<Object> values, ElementType type, boolean ordinal) {
        String gathered = Labels.of(values).gather(out, "index");
        if (ordinal && type == ElementType.INT64) {
            assertThat(gathered).isEqualTo("index");
            assertThat(graph.nodes()).isEmpty();
            return;
        }
        OnnxTensor table = graph.initializers().get(graph.nodes().get(0).input(0));
        assertThat(table.type()).isEqualTo(type);
        for (int i = 0; i < values.size(); i++) {
            Object stored =
                    switch (type) {
                        case STRING -> new String(table.strings().get(i), StandardCharsets.UTF_8);
                        case BOOL -> table.data().get(i) != 0;
                        case INT64 -> table.longs()[i];
                        default -> table.data().getDouble(8 * i);
                    };
            Object expected = type == ElementType.DOUBLE ? ((Number) values.get(i)).doubleValue() : values.get(i);
            assertThat(stored).isEqualTo(expected);
        }
    }

    @Test
    void labelsOfOtherSetsAreFoundByValue() {
        Labels numbers = Labels.of(List.of(1L, 2L, 5L));
        assertThat(numbers.indexOf(5.0)).isEqualTo(2);
        assertThat(numbers.indexOf(3L)).isEqualTo(-1);
        assertThat(numbers.indexOf("1")).isEqualTo(-1);
        assertThat(Labels.of(List.of(true, false)).indexOf(1L)).isEqualTo(-1);
        assertThat(Labels.upTo(3).values()).containsExactly(0L, 1L, 2L);
        assertThat(Labels.upTo(0).size()).isZero();
    }

    static Stream<List<Object>> mixtures() {
        return Stream.of(
                List.of("a", 1L), List.of(true, 1L), List.of(new byte[1], new byte[1]), List.of(1L, List.of()));
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void mixedClassesAreRefused(List<Object> values) {
        assertThatThrownBy(() -> Labels.of(values))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("neither all numbers nor all text");
    }
}
