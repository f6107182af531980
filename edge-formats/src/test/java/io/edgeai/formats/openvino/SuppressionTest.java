package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NonMaxSuppression against its algorithm written out. */
class SuppressionTest {
    @TempDir
    Path folder;

    private record Chosen(int batch, int group, int box, double score) {}

    private static double overlap(double[] a, double[] b) {
        double height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
        double width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
        double both = Math.max(0, height) * Math.max(0, width);
        return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
    }

    /** Least y, least x, greatest y, greatest x. */
    private static double[] corners(Grid boxes, int batch, int box, boolean center) {
        double a = boxes.at(batch, box, 0);
        double b = boxes.at(batch, box, 1);
        double c = boxes.at(batch, box, 2);
        double d = boxes.at(batch, box, 3);
        return center
                ? new double[] {b - d / 2, a - c / 2, b + d / 2, a + c / 2}
                : new double[] {Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)};
    }

    private static List<Chosen> suppress(
            Grid boxes, Grid scores, int most, double overlap, double least, boolean center, boolean sorted) {
        List<Chosen> all = new ArrayList<>();
        for (int n = 0; n < scores.dims()[0]; n++) {
            for (int c = 0; c < scores.dims()[1]; c++) {
                int batch = n;
                int group = c;
                List<Integer> order = IntStream.range(0, scores.dims()[2])
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer b) -> -scores.at(batch, group, b)))
                        .toList();
                List<Integer> kept = new ArrayList<>();
                for (int box : order) {
                    boolean free = kept.stream()
                            .allMatch(k -> overlap(corners(boxes, batch, k, center), corners(boxes, batch, box, center))
                                    <= overlap);
                    if (free && kept.size() < most && scores.at(n, c, box) > least) {
                        kept.add(box);
                        all.add(new Chosen(n, c, box, scores.at(n, c, box)));
                    }
                }
            }
        }
        if (sorted) {
            all.sort(Comparator.comparingDouble(chosen -> -chosen.score()));
        }
        return all;
    }

    private static Grid indices(List<Chosen> chosen) {
        return Grid.filled(
                i -> {
                    Chosen each = chosen.get(i[0]);
                    return i[1] == 0 ? each.batch() : i[1] == 1 ? each.group() : each.box();
                },
                chosen.size(),
                3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void boxesThatOverlapABetterOneGo(long seed) {
        Random random = new Random(seed);
        boolean center = random.nextBoolean();
        boolean sorted = random.nextBoolean();
        Grid boxes = Grid.filled(i -> random.nextInt(64) / 8. + (center && i[2] > 1 ? 1 : 0), 2, 12, 4);
        double[] ranks = random.ints(0, 1000)
                .distinct()
                .limit(72)
                .mapToDouble(i -> i / 1024.)
                .toArray();
        Grid scores = new Grid(ranks, 2, 3, 12);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "NonMaxSuppression-" + (random.nextBoolean() ? 5 : 9) + " box_encoding='"
                        + (center ? "center" : "corner") + "' sort_result_descending='" + sorted
                        + "' output_type='i64'",
                new String[] {port("I64", -1, 3), port("FP32", -1, 3), port("I64", 1)},
                file.input(boxes),
                file.input(scores),
                file.whole(4),
                file.scalar(.3),
                file.scalar(.2));
        List<Chosen> wanted = suppress(boxes, scores, 4, .3f, .2f, center, sorted);
        var found = file.answers(y, 3);
        assertThat(found.get(0)).as("seed " + seed).is(near(indices(wanted)));
        assertThat(found.get(1))
                .as("seed " + seed)
                .is(near(Grid.filled(
                        i -> i[1] == 2
                                ? wanted.get(i[0]).score()
                                : i[1] == 1
                                        ? wanted.get(i[0]).group()
                                        : wanted.get(i[0]).batch(),
                        wanted.size(),
                        3)));
        assertThat(found.get(2)).is(near(Grid.of(wanted.size())));
    }

    private final Grid three = new Grid(new double[] {0, 0, 2, 2, 0, 0, 2, 1.875, 3, 3, 4, 4}, 1, 3, 4);
    private final Grid scores = new Grid(new double[] {.5, .875, .75}, 1, 1, 3);

    /** Before set 5 the rows are as many as stated, those behind the last choice -1. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void olderSetsFillUpWithMinusOne(int set) {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "NonMaxSuppression-" + set + " box_encoding='corner' sort_result_descending='true'",
                port("I32", 3, 3),
                file.input(three),
                file.input(scores),
                file.whole(3),
                file.scalar(.5),
                file.scalar(0));
        assertThat(file.answer(y)).is(near(new Grid(new double[] {0, 0, 1, 0, 0, 2, -1, -1, -1}, 3, 3)));
    }

    @Test
    void withoutALimitNothingIsChosen() {
        IrFile file = new IrFile(folder);
        int y = file.op("NonMaxSuppression-1", port("I64", 2, 3), file.input(three), file.input(scores));
        assertThat(file.answer(y)).is(near(new Grid(new double[] {-1, -1, -1, -1, -1, -1}, 2, 3)));
    }

    @Test
    void softSuppressionIsRefusedUnlessItsSigmaIsZero() {
        IrFile file = new IrFile(folder);
        int limit = file.whole(3);
        int half = file.scalar(.5);
        String[] ports = {port("I64", -1, 3), port("FP32", -1, 3), port("I64", 1)};
        int boxes = file.input(three);
        int given = file.input(scores);
        int hard = file.op("NonMaxSuppression-5", ports, boxes, given, limit, half, half, file.scalar(0));
        assertThat(file.answers(hard, 1).get(0).dims()).containsExactly(2, 3);

        file.result(file.op("NonMaxSuppression-5", ports, boxes, given, limit, half, half, half));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("lowers scores softly");
    }
}
