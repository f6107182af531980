package io.edgeai.core.ensemble;

import static io.edgeai.core.ensemble.ScriptedSession.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a graph refuses to be built of. */
class ModelGraphWiringTest {
    private static ModelGraph.Builder graph() {
        return ModelGraph.builder().input(floats("x"));
    }

    private static ScriptedSession taking(TensorSpec input) {
        return new ScriptedSession(new Signature(List.of(input), List.of(floats("y"))), inputs -> Map.of());
    }

    static Stream<Arguments> mistakes() {
        ScriptedSession doubling = ScriptedSession.times(2, "x", "y");
        return Stream.of(
                Arguments.of(graph(), "it has no outputs"),
                Arguments.of(
                        ModelGraph.builder()
                                .step("a", inputs -> inputs, w -> w.output(floats("y")))
                                .output("y"),
                        "it has no inputs"),
                Arguments.of(graph().output("y"), "output (y) is given by nothing"),
                Arguments.of(graph().step("a", doubling).output("y").output("y"), "output (y) is named twice"),
                Arguments.of(
                        graph().step("a", doubling, w -> w.input("x", "nowhere"))
                                .output("y"),
                        "step (a) takes tensor (nowhere), which nothing gives"),
                Arguments.of(
                        graph().step("a", doubling).step("b", doubling).output("y"),
                        "tensor (y) comes both from step (a) and from step (b)"),
                Arguments.of(
                        graph().step("a", doubling, w -> w.output("y", "x")).output("x"),
                        "tensor (x) comes both from the graph's input and from step (a)"),
                Arguments.of(
                        graph().step("a", doubling)
                                .step("a", doubling, w -> w.output("y", "z"))
                                .output("y"),
                        "two steps are called (a)"),
                Arguments.of(
                        graph().step("a", doubling, w -> w.input("q", "x")).output("y"),
                        "step (a): it has no input (q)"),
                Arguments.of(
                        graph().step("a", doubling, w -> w.output("q")).output(floats("q")),
                        "step (a): it has no output (q)"),
                Arguments.of(
                        graph().step("a", doubling, w -> w.input("x").input("x"))
                                .output("y"),
                        "step (a): its input (x) is wired twice"),
                Arguments.of(
                        graph().step("a", doubling, w -> w.input("x", "b").output("y", "a"))
                                .step("b", doubling, w -> w.input("x", "a").output("y", "b"))
                                .output("b"),
                        "steps [a, b] wait for each other"),
                Arguments.of(
                        graph().step("a", taking(TensorSpec.of("x", ElementType.INT64, -1)))
                                .output("y"),
                        "step (a) takes (x: INT64[?]) but the graph's input gives (x: FLOAT[?])"),
                Arguments.of(
                        graph().step("a", taking(TensorSpec.of("x", ElementType.FLOAT, -1, 3)))
                                .output("y"),
                        "step (a) takes (x: FLOAT[?,3]) but the graph's input gives (x: FLOAT[?])"),
                Arguments.of(
                        ModelGraph.builder()
                                .input(TensorSpec.of("x", ElementType.FLOAT, 1, 4))
                                .step("a", taking(TensorSpec.of("x", ElementType.FLOAT, -1, 3)))
                                .output("y"),
                        "step (a) takes (x: FLOAT[?,3]) but the graph's input gives (x: FLOAT[1,4])"),
                Arguments.of(
                        graph().step("a", doubling).output(TensorSpec.of("y", ElementType.INT32, -1)),
                        "output (y: INT32[?]) is given as (y: FLOAT[?])"),
                Arguments.of(
                        graph().step("f", inputs -> inputs, w -> w.input("x").output("z"))
                                .output("z"),
                        "output (z) has no known type"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mistakes")
    void aMistakeIsNamed(ModelGraph.Builder builder, String problem) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1) problems: ")
                .hasMessageContaining(problem)
                .hasMessageContaining("Maybe ");
    }

    @Test
    void oneErrorNamesAllMistakes() {
        ModelGraph.Builder builder = graph().step("a", ScriptedSession.times(2, "p", "q"))
                .step("a", ScriptedSession.times(2, "x", "x"))
                .output("nothing");

        assertThatThrownBy(builder::build)
                .hasMessageContaining("(4) problems")
                .hasMessageContaining("two steps are called (a)")
                .hasMessageContaining("takes tensor (p)")
                .hasMessageContaining("tensor (x) comes both")
                .hasMessageContaining("output (nothing)");
    }

    @Test
    void unknownDimensionsAndUnknownShapesAgreeWithAnything() {
        try (ModelGraph graph = ModelGraph.builder()
                .input(TensorSpec.of("x", ElementType.FLOAT, 7, 3))
                .step("free", taking(TensorSpec.of("x", ElementType.FLOAT, -1, 3)), w -> w.output("y", "a"))
                .step("scalar or unknown", taking(TensorSpec.of("x", ElementType.FLOAT)), w -> w.output("y", "b"))
                .output("a")
                .output("b")
                .build()) {
            assertThat(graph.signature().outputs()).containsExactly(floats("a"), floats("b"));
        }
    }

    @Test
    void threadsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> graph().parallel(0)).hasMessageContaining("parallel (0)");
    }
}
