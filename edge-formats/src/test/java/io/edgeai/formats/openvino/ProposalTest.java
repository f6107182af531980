package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proposals of the first stage, anchor by anchor. */
class ProposalTest {
    private static final int HIGH = 4;
    private static final int WIDE = 5;
    private static final double[] RATIOS = {.5, 1, 2};
    private static final double[] SCALES = {1, 2};
    private static final int ANCHORS = 6;

    @TempDir
    Path folder;

    private record Way(
            boolean tensorflow,
            boolean clipBefore,
            boolean clipAfter,
            boolean normalize,
            int least,
            int top,
            int rows) {
        double pixel() {
            return tensorflow ? 0 : 1;
        }

        String attributes() {
            return "base_size='8' feat_stride='8' min_size='" + least + "' nms_thresh='0.4' ratio='0.5,1,2'"
                    + " scale='1,2' pre_nms_topn='" + top + "' post_nms_topn='" + rows + "' framework='"
                    + (tensorflow ? "tensorflow" : "") + "' clip_before_nms='" + clipBefore + "' clip_after_nms='"
                    + clipAfter + "' normalize='" + normalize
                    + "' box_coordinate_scale='2' box_size_scale='4'";
        }
    }

    /** Anchor boxes around the origin or the first cell's middle. */
    private static double[] anchor(int number, Way way) {
        double ratio = RATIOS[number / SCALES.length];
        double wide = Math.sqrt(64 / ratio);
        wide = way.tensorflow() ? wide : Math.round(wide);
        double high = way.tensorflow() ? wide * ratio : Math.round(wide * ratio);
        double halfWide = (wide * SCALES[number % SCALES.length] - way.pixel()) / 2;
        double halfHigh = (high * SCALES[number % SCALES.length] - way.pixel()) / 2;
        double center = way.tensorflow() ? 0 : 3.5;
        return new double[] {center - halfWide, center - halfHigh, center + halfWide, center + halfHigh};
    }

    private static Grid[] wanted(Way way, Grid scores, Grid deltas, double high, double wide, double[] scale) {
        int images = scores.dims()[0];
        Grid rows = Grid.filled(at -> 0, images * way.rows(), 5);
        Grid points = Grid.filled(at -> 0, images * way.rows());
        for (int n = 0; n < images; n++) {
            List<double[]> boxes = new ArrayList<>();
            double[] order = new double[HIGH * WIDE * ANCHORS];
            for (int place = 0; place < order.length; place++) {
                int a = place % ANCHORS;
                int x = place / ANCHORS % WIDE;
                int y = place / ANCHORS / WIDE;
                double moveX = 8. * (way.tensorflow() ? y : x);
                double moveY = 8. * (way.tensorflow() ? x : y);
                double[] box = anchor(a, way);
                box = new double[] {box[0] + moveX, box[1] + moveY, box[2] + moveX, box[3] + moveY};
                box = way.tensorflow() ? Boxes.clipped(box, wide, high) : box;
                double[] change = new double[4];
                for (int i = 0; i < 4; i++) {
                    change[i] = deltas.at(n, 4 * a + i, y, x) / (i < 2 ? 2 : 4);
                }
                box = Boxes.refined(box, change, way.pixel(), 0, Double.POSITIVE_INFINITY);
                box = way.clipBefore() ? Boxes.clipped(box, wide - way.pixel(), high - way.pixel()) : box;
                boolean fits = box[2] - box[0] + way.pixel() >= way.least() * scale[1]
                        && box[3] - box[1] + way.pixel() >= way.least() * scale[0];
                order[place] = fits ? scores.at(n, ANCHORS + a, y, x) : 0;
                boxes.add(box);
            }
            List<Integer> best = Boxes.falling(order, i -> true);
            best = best.subList(0, Math.min(best.size(), way.top()));
            List<Integer> kept = Boxes.kept(best, boxes, .4, way.pixel(), way.pixel() != 0, way.rows());
            for (int i = 0; i < kept.size(); i++) {
                double[] box = boxes.get(kept.get(i));
                box = way.clipAfter() ? Boxes.clipped(box, wide, high) : box;
                int row = n * way.rows() + i;
                rows.add(n, row, 0);
                for (int c = 0; c < 4; c++) {
                    rows.add(way.normalize() ? box[c] / (c % 2 == 0 ? wide : high) : box[c], row, c + 1);
                }
                points.add(order[kept.get(i)], row);
            }
            if (kept.size() < way.rows()) {
                rows.add(-1, n * way.rows() + kept.size(), 0);
            }
        }
        return new Grid[] {rows, points};
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anchorsAreMovedAndSuppressed(long seed) {
        Random random = new Random(seed);
        Way way = new Way(
                seed % 2 == 0,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(4),
                random.nextInt(30, 140),
                random.nextInt(5, 40));
        int images = random.nextInt(1, 3);
        Grid scores = Boxes.scores(random, images, 2 * ANCHORS, HIGH, WIDE);
        Grid deltas = Grid.random(random, images, 4 * ANCHORS, HIGH, WIDE);
        boolean four = random.nextBoolean();
        double[] info = four ? new double[] {30, 37, 1.5, 2} : new double[] {30, 37, 1.5};
        Grid[] wanted = wanted(way, scores, deltas, 30, 37, new double[] {1.5, four ? 2 : 1.5});
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Proposal-4 " + way.attributes(),
                new String[] {port(wanted[0]), port(wanted[1])},
                file.input(scores),
                file.input(deltas),
                file.input(Grid.of(info)));

        List<Grid> found = file.answers(y, 2);

        assertThat(found.get(0)).as("rows of seed %d, %s", seed, way).is(near(wanted[0]));
        assertThat(found.get(1)).as("scores of seed %d, %s", seed, way).is(near(wanted[1]));
    }

    @Test
    void theFirstSetHasNoScores() {
        Random random = new Random(11);
        Way way = new Way(false, true, false, false, 3, 60, 7);
        Grid scores = Boxes.scores(random, 1, 2 * ANCHORS, HIGH, WIDE);
        Grid deltas = Grid.random(random, 1, 4 * ANCHORS, HIGH, WIDE);
        Grid wanted = wanted(way, scores, deltas, 30, 37, new double[] {1, 1})[0];
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Proposal-1 " + way.attributes(),
                port(wanted),
                file.input(scores),
                file.input(deltas),
                file.floats(Grid.of(30, 37, 1).shaped(1, 3)));

        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void otherChannelsThanTwoForEachAnchorAreRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "Proposal-4 " + new Way(false, true, false, false, 3, 60, 7).attributes(),
                port("FP32", 7, 5),
                file.input(Grid.pattern(1, 10, 2, 2)),
                file.input(Grid.pattern(1, 20, 2, 2)),
                file.input(Grid.of(30, 37, 1))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Proposal proposes on a map of unknown size");
    }

    private static Grid anchors(Random random) {
        return Boxes.boxes(random, HIGH, WIDE, 3, 4);
    }

    /** Detectron's proposals of one image: the rows that stay and their scores. */
    private static List<double[]> detectron(
            Grid anchors,
            Grid deltas,
            Grid scores,
            int image,
            double[] info,
            double least,
            int top,
            int limit,
            double pixel,
            double areas,
            boolean first) {
        List<double[]> boxes = new ArrayList<>();
        double[] order = new double[HIGH * WIDE * 3];
        boolean[] fits = new boolean[order.length];
        for (int place = 0; place < order.length; place++) {
            int a = place % 3;
            int x = place / 3 % WIDE;
            int y = place / 3 / WIDE;
            double[] change = new double[4];
            for (int i = 0; i < 4; i++) {
                change[i] = deltas.at(image, 4 * a + i, y, x);
            }
            double[] box = Boxes.refined(Boxes.row(anchors, y, x, a), change, pixel, pixel, Math.log(1000 / 16.));
            box = Boxes.clipped(box, info[1] - pixel, info[0] - pixel);
            boxes.add(box);
            order[place] = scores.at(image, a, y, x);
            fits[place] = box[2] - box[0] + pixel >= least * info[3] && box[3] - box[1] + pixel >= least * info[2];
        }
        List<Integer> best = Boxes.falling(order, i -> !first || fits[i]);
        best = best.subList(0, Math.min(top, best.size()));
        List<Integer> open = best.stream().filter(i -> fits[i]).toList();
        List<double[]> rows = new ArrayList<>();
        for (int i : Boxes.kept(open, boxes, .5, areas, areas != 0, limit)) {
            double[] row = Arrays.copyOf(boxes.get(i), 5);
            row[4] = order[i];
            rows.add(row);
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void proposalsOfSeveralImagesComeOneAfterTheOther(long seed) {
        Random random = new Random(seed);
        boolean normalized = random.nextBoolean();
        int top = random.nextInt(20, 70);
        int limit = random.nextInt(4, 30);
        int images = 2;
        Grid anchors = anchors(random);
        Grid deltas = Grid.random(random, images, 12, HIGH, WIDE);
        Grid scores = Boxes.scores(random, images, 3, HIGH, WIDE);
        boolean four = random.nextBoolean();
        Grid info = new Grid(
                four ? new double[] {30, 35, 1, 1.25, 25, 40, 1.5, 1} : new double[] {30, 35, 1, 25, 40, 1.5},
                images,
                four ? 4 : 3);
        List<double[]> rows = new ArrayList<>();
        double[] counts = new double[images];
        for (int n = 0; n < images; n++) {
            double[] own = {info.at(n, 0), info.at(n, 1), info.at(n, 2), info.at(n, four ? 3 : 2)};
            double pixel = normalized ? 0 : 1;
            List<double[]> found = detectron(anchors, deltas, scores, n, own, 3, top, limit, pixel, pixel, false);
            counts[n] = found.size();
            rows.addAll(found);
        }
        IrFile file = new IrFile(folder);
        int y = file.op(
                "GenerateProposals-9 min_size='3' nms_threshold='0.5' pre_nms_count='" + top + "' post_nms_count='"
                        + limit + "' normalized='" + normalized + "' roi_num_type='i32'",
                new String[] {port("FP32", -1, 4), port("FP32", -1), port("I32", images)},
                file.input(info),
                file.input(anchors),
                file.input(deltas),
                file.input(scores));

        List<Grid> found = file.answers(y, 3);

        assertThat(found.get(0))
                .as("seed %d", seed)
                .is(near(Grid.filled(at -> rows.get(at[0])[at[1]], rows.size(), 4)));
        assertThat(found.get(1)).as("seed %d", seed).is(near(Grid.filled(at -> rows.get(at[0])[4], rows.size())));
        assertThat(found.get(2)).as("seed %d", seed).is(near(Grid.of(counts)));
    }

    @ParameterizedTest
    @CsvSource({"1, 20, 30", "2, 60, 30", "3, 60, 5", "4, 100, 70"})
    void proposalsOfOneImageAreFilledUpWithZeros(long seed, int top, int limit) {
        Random random = new Random(seed);
        Grid anchors = anchors(random);
        Grid deltas = Grid.random(random, 1, 12, HIGH, WIDE);
        Grid scores = Boxes.scores(random, 1, 3, HIGH, WIDE);
        List<double[]> rows =
                detectron(anchors, deltas, scores, 0, new double[] {30, 35, 1, 1}, 6, top, limit, 1, 0, true);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ExperimentalDetectronGenerateProposalsSingleImage-6 min_size='6' nms_threshold='0.5' pre_nms_count='"
                        + top + "' post_nms_count='" + limit + "'",
                new String[] {port("FP32", limit, 4), port("FP32", limit)},
                file.input(Grid.of(30, 35, 1)),
                file.input(anchors.shaped(HIGH * WIDE * 3, 4)),
                file.input(deltas.shaped(12, HIGH, WIDE)),
                file.input(scores.shaped(3, HIGH, WIDE)));

        List<Grid> found = file.answers(y, 2);

        assertThat(found.get(0))
                .as("seed %d", seed)
                .is(near(Grid.filled(at -> at[0] < rows.size() ? rows.get(at[0])[at[1]] : 0, limit, 4)));
        assertThat(found.get(1))
                .as("seed %d", seed)
                .is(near(Grid.filled(at -> at[0] < rows.size() ? rows.get(at[0])[4] : 0, limit)));
    }

    @Test
    void aThresholdThatFallsIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "GenerateProposals-9 min_size='3' nms_threshold='0.5' pre_nms_count='9' post_nms_count='3'"
                        + " nms_eta='0.9'",
                new String[] {port("FP32", -1, 4), port("FP32", -1), port("I64", 1)},
                file.input(Grid.pattern(1, 3)),
                file.input(Grid.pattern(2, 2, 1, 4)),
                file.input(Grid.pattern(1, 4, 2, 2)),
                file.input(Grid.pattern(1, 1, 2, 2))));

        assertThatThrownBy(file::imported).hasMessageContaining("lowers its threshold by nms_eta 0.9");
    }
}
