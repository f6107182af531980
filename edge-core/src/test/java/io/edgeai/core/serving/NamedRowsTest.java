package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** x: FLOAT [N, 2] and k: INT64 [N, ?] to y: FLOAT [N, ?]. */
class NamedRowsTest {
    private static final TensorSpec X = TensorSpec.of("x", ElementType.FLOAT, -1, 2);
    private static final TensorSpec K = TensorSpec.of("k", ElementType.INT64, -1, -1);
    private static final TensorSpec Y = TensorSpec.of("y", ElementType.FLOAT, -1, -1);

    private final NamedRows form = Objects.requireNonNull(NamedRows.of(new Signature(List.of(X, K), List.of(Y))));

    private static Map<String, Tensor> request(int rows, int columns, float first) {
        float[] x = new float[2 * rows];
        long[] k = new long[columns * rows];
        for (int i = 0; i < x.length; i++) {
            x[i] = first + i;
        }
        for (int i = 0; i < k.length; i++) {
            k[i] = ((long) first) * 100 + i;
        }
        return Map.of("x", Tensor.of(x, rows, 2), "k", Tensor.of(k, rows, columns));
    }

    private static boolean joins(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return NamedRows.of(new Signature(inputs, outputs)) != null;
    }

    @Test
    void everyTensorNeedsAFreeFirstDimension() {
        assertThat(joins(List.of(X, K), List.of(Y))).isTrue();
        assertThat(joins(List.of(TensorSpec.of("x", ElementType.FLOAT, 1, -1)), List.of(Y)))
                .isFalse();
        assertThat(joins(List.of(X), List.of(Y, TensorSpec.of("z", ElementType.FLOAT, 3))))
                .isFalse();
        assertThat(joins(List.of(X, TensorSpec.of("scale", ElementType.FLOAT)), List.of(Y)))
                .as("a scalar, or a rank that nobody knows")
                .isFalse();
        assertThat(joins(List.of(X), List.of())).isFalse();
        assertThat(NamedRows.of(Signature.UNKNOWN)).isNull();
    }

    @Test
    void rowsMustLieOnWholeBytes() {
        assertThat(joins(List.of(TensorSpec.of("x", ElementType.INT4, -1, 3)), List.of(Y)))
                .isFalse();
        assertThat(joins(List.of(TensorSpec.of("x", ElementType.BOOL, -1, 3)), List.of(Y)))
                .isTrue();
        assertThat(joins(List.of(TensorSpec.of("x", ElementType.STRING, -1)), List.of(Y)))
                .isTrue();
    }

    @Test
    void aRequestHasAsManyRowsInEachInput() {
        assertThat(form.rows(request(3, 5, 1))).isEqualTo(3);
        assertThat(form.rows(request(0, 5, 1))).isZero();
        assertThat(form.rows(Map.of("x", Tensor.of(new float[4], 2, 2), "k", Tensor.of(new long[3], 3, 1))))
                .isZero();
        assertThat(form.rows(Map.of("x", Tensor.of(new float[4], 2, 2)))).isZero();
        assertThat(form.rows(Map.of("x", Tensor.of(new float[4], 2, 2), "z", Tensor.of(new long[2], 2, 1))))
                .isZero();
        assertThat(form.rows(Map.of("x", Tensor.of(new float[6], 2, 3), "k", Tensor.of(new long[2], 2, 1))))
                .as("three columns where two are fixed")
                .isZero();
        assertThat(form.rows(Map.of("x", Tensor.of(new int[4], 2, 2), "k", Tensor.of(new long[2], 2, 1))))
                .isZero();
        assertThat(form.rows(Map.of("x", Tensor.of(new float[1]), "k", Tensor.of(new long[2], 2, 1))))
                .isZero();
    }

    @Test
    void theShapeOfARowIsAllButTheFirstDimension() {
        assertThat(form.shape(request(3, 5, 1))).isEqualTo(form.shape(request(7, 5, 2)));
        assertThat(form.shape(request(3, 5, 1))).isNotEqualTo(form.shape(request(3, 4, 1)));
        assertThat(form.shape(request(3, 5, 1)).elements()).isEqualTo(7);
    }

    @Test
    void rowsAreJoinedInOrder() {
        Map<String, Tensor> joined = form.joined(List.of(request(1, 2, 1), request(2, 2, 5)), 3);
        assertThat(joined.keySet()).containsExactly("x", "k");
        assertThat(joined.get("x").shape()).containsExactly(3, 2);
        assertThat(joined.get("x").floats()).containsExactly(1, 2, 5, 6, 7, 8);
        assertThat(joined.get("k").shape()).containsExactly(3, 2);
        assertThat(joined.get("k").longs()).containsExactly(100, 101, 500, 501, 502, 503);
    }

    @Test
    void answersAreDealtOutByRows() {
        Tensor y = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        List<Map<String, Tensor>> parts = form.apart(Map.of("y", y), List.of(2, 1));
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).get("y").shape()).containsExactly(2, 2);
        assertThat(parts.get(0).get("y").floats()).containsExactly(1, 2, 3, 4);
        assertThat(parts.get(1).get("y").shape()).containsExactly(1, 2);
        assertThat(parts.get(1).get("y").floats()).containsExactly(5, 6);
        assertThat(parts.get(1).get("y").bytes()).hasSize(8);
    }

    /** Whoever keeps a large answer keeps no more than its own. */
    @Test
    void largeAnswersHaveMemoryOfTheirOwn() {
        float[] values = new float[2 * 20_000];
        values[20_000] = 7;
        Tensor y = Tensor.of(values, 2, 20_000);
        Tensor second = form.apart(Map.of("y", y), List.of(1, 1)).get(1).get("y");
        y.buffer().putFloat(4 * 20_000, 9);
        assertThat(second.floats()[0]).isEqualTo(7);
        assertThat(second.buffer().capacity()).isEqualTo(4 * 20_000);
    }

    @Test
    void answersWithoutRowsCannotBeDealtOut() {
        Tensor y = Tensor.of(new float[3], 3, 1);
        assertThatThrownBy(() -> form.apart(Map.of("y", Tensor.of(new float[2], 2, 1)), List.of(2, 1)))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("A batch of (3) rows gave (y: Tensor(FLOAT[2, 1]))")
                .hasMessageContaining("Maybe set maxBatch(1)");
        assertThatThrownBy(() -> form.apart(Map.of("y", Tensor.of(new float[1])), List.of(2, 1)))
                .as("a scalar")
                .isInstanceOf(InferenceException.class);
        assertThatThrownBy(() -> form.apart(Map.of("y", y, "y.keys", Tensor.of(new long[3], 3)), List.of(2, 1)))
                .as("an output that the signature does not name, as many keys as rows")
                .isInstanceOf(InferenceException.class);
        assertThatThrownBy(() -> form.apart(Map.of("y", Tensor.of(new long[3], 3, 1)), List.of(2, 1)))
                .as("another type than the signature says")
                .isInstanceOf(InferenceException.class);
        assertThatThrownBy(() -> form.apart(Map.of(), List.of(2, 1))).isInstanceOf(InferenceException.class);
    }

    @Test
    void equalRequestsShowNothing() {
        assertThat(form.same(request(2, 3, 1), request(2, 3, 1))).isTrue();
        assertThat(form.same(request(2, 3, 1), request(2, 3, 2))).isFalse();
    }
}
