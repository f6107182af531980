package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of matrices, Einstein sums and attention. */
class MatrixTest {
    @TempDir
    Path folder;

    private static Grid swapped(Grid x) {
        int rank = x.dims().length;
        int[] dims = x.dims().clone();
        dims[rank - 2] = x.dims()[rank - 1];
        dims[rank - 1] = x.dims()[rank - 2];
        return Grid.filled(
                i -> {
                    int[] place = i.clone();
                    place[rank - 2] = i[rank - 1];
                    place[rank - 1] = i[rank - 2];
                    return x.at(place);
                },
                dims);
    }

    private static double sum(int count, java.util.function.IntToDoubleFunction term) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += term.applyAsDouble(i);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"false,false,false", "true,false,true", "false,true,true", "false,true,false", "true,true,false"})
    void eitherSideMayBeTurned(boolean turnA, boolean turnB, boolean constant) {
        Grid a = Grid.pattern(2, 3, 4);
        Grid b = Grid.pattern(4, 5);
        Grid wanted = Grid.filled(i -> sum(4, k -> a.at(i[0], i[1], k) * b.at(k, i[2])), 2, 3, 5);
        Grid right = turnB ? swapped(b) : b;
        IrFile file = new IrFile(folder);
        int left = file.input(turnA ? swapped(a) : a);
        int y = file.op(
                "MatMul-1 transpose_a='" + turnA + "' transpose_b='" + turnB + "'",
                port(wanted),
                left,
                constant ? file.floats(right) : file.input(right));
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void batchesSpreadAndVectorsLoseTheirDimension() {
        Grid a = Grid.pattern(2, 1, 3, 4);
        Grid b = Grid.pattern(1, 3, 5, 4);
        Grid v = Grid.pattern(4);
        IrFile file = new IrFile(folder);
        int in = file.input(a);
        file.result(file.op("MatMul-1 transpose_b='true'", port("FP32", 2, 3, 3, 5), in, file.input(b)));
        int vector = file.input(v);
        file.result(file.op("MatMul-1", port("FP32", 2, 1, 3), in, vector));
        file.result(file.op("MatMul-1 transpose_a='true' transpose_b='true'", port("FP32"), vector, vector));
        var found = file.answers();
        assertThat(found.get(0))
                .is(near(Grid.filled(i -> sum(4, k -> a.at(i[0], 0, i[2], k) * b.at(0, i[1], i[3], k)), 2, 3, 3, 5)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> sum(4, k -> a.at(i[0], 0, i[2], k) * v.at(k)), 2, 1, 3)));
        assertThat(found.get(2)).is(near(Grid.filled(i -> sum(4, k -> v.at(k) * v.at(k)))));
    }

    @Test
    void einsteinSums() {
        Grid a = Grid.pattern(2, 3, 4);
        Grid b = Grid.pattern(2, 4, 5);
        IrFile file = new IrFile(folder);
        int left = file.input(a);
        int right = file.input(b);
        file.result(file.op("Einsum-7 equation='bij,bjk-&gt;ikb'", port("FP32", 3, 5, 2), left, right));
        file.result(file.op("Einsum-7 equation='bij-&gt;j'", port("FP32", 4), left));
        var found = file.answers();
        assertThat(found.get(0))
                .is(near(Grid.filled(i -> sum(4, j -> a.at(i[2], i[0], j) * b.at(i[2], j, i[1])), 3, 5, 2)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> sum(6, k -> a.at(k / 3, k % 3, i[0])), 4)));
    }

    /** Softmax over keys of scaled products plus a mask, by which the values are averaged. */
    private static Grid attention(Grid q, Grid k, Grid v, double scale, DoubleBinaryOperator mask) {
        int keys = k.dims()[1];
        return Grid.filled(
                i -> {
                    double[] weights = new double[keys];
                    for (int j = 0; j < keys; j++) {
                        int key = j;
                        double score = sum(q.dims()[2], d -> q.at(i[0], i[1], d) * k.at(i[0], key, d));
                        weights[j] = Math.exp(score * scale + mask.applyAsDouble(i[1], j));
                    }
                    double total = sum(keys, j -> weights[j]);
                    return sum(keys, j -> weights[j] / total * v.at(i[0], j, i[2]));
                },
                q.dims()[0],
                q.dims()[1],
                v.dims()[2]);
    }

    private final Grid q = Grid.pattern(2, 3, 4);
    private final Grid k = Grid.pattern(2, 5, 4);
    private final Grid v = Grid.pattern(2, 5, 3);

    private int attend(IrFile file, String attributes, int... more) {
        int[] inputs = new int[3 + more.length];
        inputs[0] = file.input(q);
        inputs[1] = file.input(k);
        inputs[2] = file.input(v);
        System.arraycopy(more, 0, inputs, 3, more.length);
        return file.op("ScaledDotProductAttention-13 " + attributes, port("FP32", 2, 3, 3), inputs);
    }

    @Test
    void attentionScalesByTheDepthUnlessToldOtherwise() {
        IrFile file = new IrFile(folder);
        int plain = attend(file, "causal='false'");
        assertThat(file.answer(plain)).is(near(attention(q, k, v, .5, (i, j) -> 0)));
    }

    @Test
    void attentionAddsAMaskOrLeavesOutWhatItForbids() {
        Grid added = Grid.pattern(3, 5);
        IrFile adding = new IrFile(folder);
        int mask = adding.floats(added);
        int scale = adding.scalar(.25);
        // The operation's own inputs come as graph inputs behind the constants.
        assertThat(adding.answer(attend(adding, "causal='false'", mask, scale)))
                .is(near(attention(q, k, v, .25, (i, j) -> added.at((int) i, (int) j))));

        Grid allowed = Grid.filled(i -> (i[0] + i[1]) % 2, 3, 5);
        IrFile forbidding = new IrFile(folder);
        int truth = forbidding.constant("boolean", allowed);
        assertThat(forbidding.answer(attend(forbidding, "causal='false'", truth)))
                .is(near(attention(
                        q, k, v, .5, (i, j) -> allowed.at((int) i, (int) j) == 1 ? 0 : Double.NEGATIVE_INFINITY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1"})
    void causalAttentionSeesNoLaterKey(String causal) {
        IrFile file = new IrFile(folder);
        assertThat(file.answer(attend(file, "causal='" + causal + "'")))
                .is(near(attention(q, k, v, .5, (i, j) -> j > i ? Double.NEGATIVE_INFINITY : 0)));
    }
}
