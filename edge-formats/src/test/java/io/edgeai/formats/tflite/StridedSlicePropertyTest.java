package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random slices, begins and ends far outside included, against the kernel's index logic (strided_slice_logic.h). */
class StridedSlicePropertyTest {
    private static final int RUNS = 150;
    private static final int BEGIN = 0;
    private static final int END = 1;
    private static final int ELLIPSIS = 2;
    private static final int NEW_AXIS = 3;
    private static final int SHRINK = 4;

    /** A slice under construction: what the file states, and which elements the kernel's rules pick. */
    private static final class Slice {
        final List<Integer> begin = new ArrayList<>();
        final List<Integer> end = new ArrayList<>();
        final List<Integer> strides = new ArrayList<>();
        final int[] masks = new int[5];
        final List<int[]> picked = new ArrayList<>();
        final List<Integer> output = new ArrayList<>();
        private final Numbers x;
        private final boolean offset;

        Slice(Numbers x, boolean offset) {
            this.x = x;
            this.offset = offset;
        }

        private void entry(int from, int to, int stride, int... bits) {
            for (int bit : bits) {
                masks[bit] |= 1 << begin.size();
            }
            begin.add(from);
            end.add(to);
            strides.add(stride);
        }

        void newAxis() {
            entry(0, 0, 1, NEW_AXIS);
            output.add(1);
        }

        void ellipsis(int dimensions) {
            entry(0, 0, 1, ELLIPSIS);
            for (int i = 0; i < dimensions; i++) {
                whole();
            }
        }

        /** Dimensions that no entry names stay whole. */
        void whole() {
            int size = x.dims[picked.size()];
            int[] all = new int[size];
            for (int i = 0; i < size; i++) {
                all[i] = i;
            }
            picked.add(all);
            output.add(size);
        }

        void index(int at) {
            int size = x.dims[picked.size()];
            entry(at, at + 1, 1, SHRINK);
            picked.add(new int[] {at < 0 ? at + size : at});
        }

        void range(int from, int to, int stride, boolean openBegin, boolean openEnd) {
            int size = x.dims[picked.size()];
            int low = stride > 0 ? 0 : -1;
            int high = stride > 0 ? size : size - 1;
            int start = clamp(from < 0 ? from + size : from, low, high);
            if (openBegin) {
                start = stride > 0 ? 0 : size - 1;
            }
            int stop = offset ? start + to : to;
            stop = clamp(stop < 0 ? stop + size : stop, low, high);
            if (openEnd) {
                stop = stride > 0 ? size : -1;
            }
            List<Integer> found = new ArrayList<>();
            for (int i = start; stride > 0 ? i < stop : i > stop; i += stride) {
                found.add(i);
            }
            int spec = begin.size();
            entry(from, to, stride);
            masks[BEGIN] |= openBegin ? 1 << spec : 0;
            masks[END] |= openEnd ? 1 << spec : 0;
            picked.add(found.stream().mapToInt(i -> i).toArray());
            output.add(found.size());
        }

        private static int clamp(int value, int low, int high) {
            return Math.max(low, Math.min(high, value));
        }

        Table options() {
            Table options = table().with(5, offset);
            for (int i = 0; i < masks.length; i++) {
                options.with(i, masks[i]);
            }
            return options;
        }

        OneOperator operator(boolean constant) {
            return new OneOperator(Builtin.STRIDED_SLICE, options())
                    .fed(x)
                    .given(ints(begin), constant)
                    .given(ints(end), constant)
                    .constant(ints(strides))
                    .into(x.type, array(output));
        }

        private static int[] array(List<Integer> values) {
            return values.stream().mapToInt(i -> i).toArray();
        }

        private static Numbers ints(List<Integer> values) {
            return Numbers.ints(array(values));
        }

        double[] exact() {
            int[] dims = picked.stream().mapToInt(p -> p.length).toArray();
            return Numbers.computed(dims, at -> {
                        int[] from = new int[at.length];
                        for (int i = 0; i < at.length; i++) {
                            from[i] = picked.get(i)[at[i]];
                        }
                        return x.at(from);
                    })
                    .stored;
        }
    }

    private static Numbers value(Random random, TensorType type) {
        int[] dims = new int[1 + random.nextInt(4)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = 1 + random.nextInt(5);
        }
        return Numbers.between(type, random, -50, 50, dims);
    }

    private static Slice draw(Random random, Numbers x, boolean wild, boolean offset) {
        Slice slice = new Slice(x, offset);
        boolean ellipsis = random.nextInt(3) == 0;
        while (slice.picked.size() < x.dims.length) {
            if (!slice.begin.isEmpty() && random.nextInt(8) == 0) {
                while (slice.picked.size() < x.dims.length) {
                    slice.whole();
                }
                break;
            }
            int size = x.dims[slice.picked.size()];
            int kind = random.nextInt(6);
            if (kind == 0) {
                slice.newAxis();
            } else if (kind == 1 && ellipsis) {
                slice.ellipsis(random.nextInt(x.dims.length - slice.picked.size() + 1));
                ellipsis = false;
            } else if (kind == 2) {
                slice.index(random.nextInt(2 * size) - size);
            } else {
                int reach = wild ? size + 3 : size;
                int stride = (1 + random.nextInt(3)) * (offset || random.nextBoolean() ? 1 : -1);
                int from = random.nextInt(2 * reach + 1) - reach;
                int to = offset ? 1 + random.nextInt(size) : random.nextInt(2 * reach + 1) - reach;
                slice.range(from, to, stride, random.nextInt(4) == 0, random.nextInt(4) == 0);
            }
        }
        return slice;
    }

    /** Ellipses stand for what the other entries leave, so the draw repeats until they agree. */
    private static Slice agreeing(Random random, Numbers x, boolean wild, boolean offset) {
        while (true) {
            Slice slice = draw(random, x, wild, offset);
            if (slice.begin.size() <= 5) {
                return slice;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statedSlicesPickWhatTheKernelPicks(boolean offset) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = value(random, seed % 2 == 0 ? FLOAT32 : TensorType.INT32);
            Slice slice = agreeing(random, x, true, offset);

            double[] found = slice.operator(true).answer();

            assertThat(found)
                    .as("seed %d begin %s end %s strides %s", seed, slice.begin, slice.end, slice.strides)
                    .containsExactly(slice.exact());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void computedSlicesPickTheSame(boolean offset) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Slice slice = agreeing(random, value(random, FLOAT32), false, offset);

            double[] found = slice.operator(false).answer();

            assertThat(found)
                    .as("seed %d begin %s end %s strides %s", seed, slice.begin, slice.end, slice.strides)
                    .containsExactly(slice.exact());
        }
    }

    /** With sizes known only when it runs ends counted from the last element still mean what they say. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openSizesAreSlicedTheSame(boolean offset) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = value(random, FLOAT32);
            Slice slice = agreeing(random, x, false, offset);
            OneOperator operator = slice.operator(true);
            int[] open = new int[x.dims.length];
            java.util.Arrays.fill(open, -1);
            operator.file.signature(0, open);
            operator.file.signature(4, slice.output.stream().mapToInt(i -> -1).toArray());

            assertThat(operator.answer())
                    .as("seed %d begin %s end %s strides %s", seed, slice.begin, slice.end, slice.strides)
                    .containsExactly(slice.exact());
        }
    }

    /** The kernel lets an open begin win over the index of a dropped dimension. */
    @Test
    void anOpenBeginOfADroppedDimensionIsItsFirstElement() {
        OneOperator slice = new OneOperator(
                        Builtin.STRIDED_SLICE, table().with(BEGIN, 1).with(SHRINK, 1))
                .fed(Numbers.ints(4, 5, 6))
                .constant(Numbers.ints(2))
                .constant(Numbers.ints(3))
                .constant(Numbers.ints(1))
                .into(TensorType.INT32);

        assertThat(slice.answer()).containsExactly(4);
    }

    @Test
    void slicesWithoutAMeaningAreRefused() {
        assertThatThrownBy(() -> sliced(0, 0, 7, 0).graph())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has a stride of (0)");
        assertThatThrownBy(() -> sliced(SHRINK, 1, 7, 1).graph())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("picks element (7) of a dimension of (3)");
        assertThatThrownBy(() -> new OneOperator(Builtin.STRIDED_SLICE, table().with(ELLIPSIS, 3))
                        .fed(Numbers.ints(1, 2))
                        .constant(Numbers.ints(0, 0))
                        .constant(Numbers.ints(0, 0))
                        .constant(Numbers.ints(1, 1))
                        .into(TensorType.INT32, 2)
                        .graph())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("has 2 ellipses");
    }

    private static OneOperator sliced(int field, int mask, int begin, int stride) {
        return new OneOperator(Builtin.STRIDED_SLICE, table().with(field, mask))
                .fed(Numbers.ints(4, 5, 6))
                .constant(Numbers.ints(begin))
                .constant(Numbers.ints(9))
                .constant(Numbers.ints(stride))
                .into(TensorType.INT32, 1);
    }
}
