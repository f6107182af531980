package io.edgeai.formats.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes and constants under fresh names. */
class EmitterTest {
    private final Emitter emit = new Emitter(OnnxGraph.create("test", 21));

    private OnnxTensor constant(String name) {
        return Objects.requireNonNull(emit.graph().constant(name), name);
    }

    @Test
    void aWishIsGrantedOnceAndNumberedThen() {
        assertThat(emit.fresh("a")).isEqualTo("a");
        assertThat(emit.fresh("a")).isEqualTo("a_1");
        assertThat(emit.fresh("a")).isEqualTo("a_2");
        assertThat(emit.fresh("")).isNotEmpty();
    }

    /** Wishes that look like names already given: {@code a_1} is wished for before {@code a} is numbered so. */
    @Test
    void namesStayApartWhateverIsWished() {
        String[] wishes = {"a_1", "a", "a", "a", "a_1", "", "", "value", "value"};
        Set<String> given = new HashSet<>();
        for (String wish : wishes) {
            assertThat(given.add(emit.fresh(wish))).as(wish).isTrue();
        }
    }

    @Test
    void namesOfAGraphThatIsThereAreTaken() {
        OnnxNode first = emit.add("Relu", "x");
        OnnxNode second = new Emitter(emit.graph()).add("Relu", "x");
        assertThat(second.name()).isNotEqualTo(first.name());
        assertThat(second.output(0)).isNotIn(first.output(0), "x");
    }

    @Test
    void aNestedGraphSharesTheNamesButNotTheNodes() {
        String outer = emit.op("Relu", "x");
        Emitter body = emit.nested("body");
        String inner = body.op("Relu", outer);
        assertThat(inner).isNotEqualTo(outer);
        assertThat(emit.op("Relu", "x")).isNotIn(inner, outer);
        assertThat(body.graph().nodes()).hasSize(1);
        assertThat(emit.graph().nodes()).hasSize(2);
        assertThat(body.graph().info()).isEqualTo(emit.graph().info());
    }

    @Test
    void constantsOfANestedGraphAreItsOwn() {
        String outer = emit.longs(1, 2);
        Emitter body = emit.nested("body");
        assertThat(body.longs(1, 2)).isNotEqualTo(outer);
        assertThat(body.graph().initializers()).hasSize(1);
    }

    @Test
    void nodesHaveTheirInputsOutputsAndAttributes() {
        OnnxNode split = emit.add("Split", 3, "x", "sizes");
        assertThat(split.inputs()).containsExactly("x", "sizes");
        assertThat(split.outputs()).hasSize(3).doesNotHaveDuplicates();
        String cast = emit.cast("x", ElementType.INT64);
        String turned = emit.transpose(cast, 1, 0);
        OnnxNode transpose = emit.graph().producers().get(turned);
        assertThat(transpose.inputs()).containsExactly(cast);
        assertThat(transpose.attributes().get("perm")).hasToString("OfInts[values=[1, 0]]");
        assertThat(emit.graph().producers().get(cast).attributes().get("to")).hasToString("OfInt[value=7]");
    }

    @Test
    void equalVectorsAndScalarsAreWrittenOnce() {
        assertThat(emit.longs(1, 2)).isEqualTo(emit.longs(1, 2)).isNotEqualTo(emit.longs(2, 1));
        assertThat(emit.scalar(2f)).isEqualTo(emit.scalar(2f)).isNotEqualTo(emit.scalar(3f));
        assertThat(emit.scalar(ElementType.INT64, 2)).isNotEqualTo(emit.scalar(ElementType.INT32, 2));
        assertThat(emit.graph().initializers()).hasSize(6);
    }

    @Test
    void zeroesOfBothSignsAreTwoScalars() {
        float plus = constant(emit.scalar(0f)).floats()[0];
        float minus = constant(emit.scalar(-0f)).floats()[0];
        assertThat(1 / plus).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(1 / minus).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void aReshapeWritesItsPattern() {
        String shaped = emit.reshape("x", 0, -1);
        OnnxNode node = emit.graph().producers().get(shaped);
        assertThat(constant(node.inputs().get(1)).longs()).containsExactly(0, -1);
        assertThat(constant(node.inputs().get(1)).dims()).containsExactly(2);
    }

    /** What a value becomes in a type: cut toward zero, and kept within its range. */
    @ParameterizedTest
    @CsvSource({
        "INT8, -1.9, -1",
        "INT8, 300, 127",
        "INT8, -1e30, -128",
        "UINT8, 300, 255",
        "UINT8, -3, 0",
        "INT16, 1e9, 32767",
        "UINT16, 70000, 65535",
        "INT32, 1e300, 2147483647",
        "INT32, -1e300, -2147483648",
        "UINT32, 1e300, 4294967295",
        "INT64, 1e300, 9223372036854775807",
        "INT64, -2.5, -2",
        "BOOL, 0.5, 1",
        "BOOL, 0, 0"
    })
    void scalarsStayWithinTheirType(ElementType type, double value, long wanted) {
        ByteBuffer bytes = Emitter.tensor(type, value).data();
        long found =
                switch (type) {
                    case INT8 -> bytes.get(0);
                    case UINT8, BOOL -> bytes.get(0) & 0xff;
                    case INT16 -> bytes.getShort(0);
                    case UINT16 -> bytes.getShort(0) & 0xffff;
                    case INT32 -> bytes.getInt(0);
                    case UINT32 -> bytes.getInt(0) & 0xffffffffL;
                    default -> bytes.getLong(0);
                };
        assertThat(found).isEqualTo(wanted);
    }

    @Test
    void realScalarsKeepTheirPrecision() {
        assertThat(Emitter.tensor(ElementType.FLOAT, .1, 1).floats()).containsExactly(.1f);
        assertThat(Emitter.tensor(ElementType.DOUBLE, .1).data().getDouble(0)).isEqualTo(.1);
        assertThatThrownBy(() -> Emitter.tensor(ElementType.STRING, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("STRING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NonMaxSuppression", "NonZero", "Loop", "If", "Range", "TopK", "Unique"})
    void sizesMayDependOnValues(String operation) {
        emit.op("Relu", "x");
        assertThat(emit.sizesDependOnValues()).isFalse();
        emit.op(operation, "x");
        assertThat(emit.sizesDependOnValues()).isTrue();
    }
}
