package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks moved between space, depth and batch. */
class BlocksTest {
    private static final int BLOCK = 2;

    @TempDir
    Path folder;

    static List<Arguments> spaces() {
        return List.of(
                Arguments.of("blocks_first", new int[] {2, 4, 6}),
                Arguments.of("depth_first", new int[] {2, 4, 6}),
                Arguments.of("blocks_first", new int[] {1, 2, 4, 6}),
                Arguments.of("depth_first", new int[] {2, 2, 4, 2}),
                Arguments.of("blocks_first", new int[] {1, 2, 2, 4, 6}),
                Arguments.of("depth_first", new int[] {1, 2, 4, 2, 2}));
    }

    /** Where an element of space lies in depth: its place within the block, read as one number, becomes a channel. */
    private static Grid deep(Grid space, boolean blocksFirst) {
        int inner = space.dims().length - 2;
        int blocks = (int) Math.pow(BLOCK, inner);
        int channels = space.dims()[1];
        int[] dims = space.dims().clone();
        dims[1] *= blocks;
        for (int i = 2; i < dims.length; i++) {
            dims[i] /= BLOCK;
        }
        Grid deep = Grid.filled(i -> 0, dims);
        Grid.each(space.dims(), at -> {
            int[] to = at.clone();
            int within = 0;
            for (int i = 2; i < at.length; i++) {
                within = within * BLOCK + at[i] % BLOCK;
                to[i] = at[i] / BLOCK;
            }
            to[1] = blocksFirst ? within * channels + at[1] : at[1] * blocks + within;
            deep.add(space.at(at), to);
        });
        return deep;
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void depthAndSpaceInEveryRank(String mode, int[] dims) {
        Grid x = Grid.pattern(dims);
        Grid wanted = deep(x, mode.equals("blocks_first"));
        String attributes = " mode='" + mode + "' block_size='2'";
        IrFile file = new IrFile(folder);
        int down = file.op("SpaceToDepth-1" + attributes, port(wanted), file.input(x));
        int up = file.op("DepthToSpace-1" + attributes, port(x), file.input(wanted));
        file.result(down);
        file.result(up);
        List<Grid> found = file.answers();
        assertThat(found.get(0)).is(near(wanted));
        assertThat(found.get(1)).is(near(x));
    }

    /** Padded, then each place within the block becomes a batch of its own. */
    @Test
    void spaceBecomesBatchesAndBack() {
        Grid x = Grid.pattern(2, 3, 5, 2);
        int[] block = {1, 1, 2, 3};
        int[] begin = {0, 0, 1, 1};
        int[] dims = {12, 3, 3, 1};
        Grid wanted = Grid.filled(
                i -> x.padded(i[0] % 2, i[1], i[2] * 2 + i[0] / 2 / 3 - begin[2], i[3] * 3 + i[0] / 2 % 3 - begin[3]),
                dims);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int blocks = file.longs(1, 1, 2, 3);
        int before = file.longs(0, 0, 1, 1);
        int after = file.longs(0, 0, 0, 0);
        int batch = file.op("SpaceToBatch-2", port(wanted), in, blocks, before, after);
        int back = file.op("BatchToSpace-2", port(x), batch, blocks, before, after);
        file.result(batch);
        file.result(back);
        List<Grid> found = file.answers();
        assertThat(found.get(0)).as("blocks %s", Window.list(block)).is(near(wanted));
        assertThat(found.get(1)).is(near(x));
    }

    @Test
    void endsAreCroppedToo() {
        Grid batch = Grid.pattern(4, 1, 2, 3);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "BatchToSpace-2",
                port("FP32", 1, 1, 2, 5),
                file.input(batch),
                file.longs(1, 1, 2, 2),
                file.longs(0, 0, 1, 0),
                file.longs(0, 0, 1, 1));
        assertThat(file.answer(y))
                .is(near(Grid.filled(
                        i -> batch.at((i[2] + 1) % 2 * 2 + i[3] % 2, 0, (i[2] + 1) / 2, i[3] / 2), 1, 1, 2, 5)));
    }

    @Test
    void openSizesAreRefused() {
        IrFile file = new IrFile(folder);
        int in = file.open(Grid.pattern(1, 1, 4, 4), 1, 1, -1, -1);
        int zero = file.longs(0, 0, 0, 0);
        file.result(file.op("SpaceToBatch-2", port("FP32", 4, 1, -1, -1), in, file.longs(1, 1, 2, 2), zero, zero));
        assertThatThrownBy(file::imported).hasMessageContaining("blocks of a value whose size is unknown");
    }

    /** Channels as a matrix of groups, read column by column. */
    @ParameterizedTest
    @CsvSource({"1, 2, 1", "-1, 3, 2", "0, 4, 0"})
    void channelsAreShuffled(int stated, int groups, int axis) {
        Grid x = Grid.pattern(4, 6, 3);
        int each = x.dims()[axis] / groups;
        IrFile file = new IrFile(folder);
        int y = file.op("ShuffleChannels-1 axis='" + stated + "' group='" + groups + "'", port(x), file.input(x));
        Grid wanted = Grid.filled(
                i -> {
                    int[] from = i.clone();
                    from[axis] = i[axis] % groups * each + i[axis] / groups;
                    return x.at(from);
                },
                x.dims());
        assertThat(file.answer(y)).is(near(wanted));
    }
}
