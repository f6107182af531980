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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Suppression class by class, candidate by candidate. */
class ClassSuppressionTest {
    private static final int BOXES = 14;
    private static final int CLASSES = 3;

    @TempDir
    Path folder;

    private record Found(int image, int label, int box, double score) {}

    private record Way(
            boolean normalized, int background, int top, int keep, String order, boolean across, double other) {
        String attributes() {
            return " sort_result_type='" + order + "' sort_result_across_batch='" + across + "' output_type='i32'"
                    + " score_threshold='0.1' nms_top_k='" + top + "' keep_top_k='" + keep + "' background_class='"
                    + background + "' normalized='" + normalized + "'";
        }

        double pixel() {
            return normalized ? 0 : 1;
        }

        static Way of(Random random) {
            return new Way(
                    random.nextBoolean(),
                    random.nextInt(-1, 2),
                    random.nextBoolean() ? -1 : 8,
                    random.nextBoolean() ? -1 : 7,
                    List.of("none", "score", "classid").get(random.nextInt(3)),
                    random.nextBoolean(),
                    random.nextInt(2));
        }
    }

    private static List<Integer> candidates(Way way, double[] scores, boolean equal) {
        List<Integer> order = Boxes.falling(scores, i -> equal ? scores[i] >= .1f : scores[i] > .1f);
        return way.top() < 0 ? order : order.subList(0, Math.min(way.top(), order.size()));
    }

    private static List<Found> matrix(Way way, List<double[]> boxes, double[] scores, int image, int label) {
        List<Integer> order = candidates(way, scores, false);
        double[] worst = new double[order.size()];
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            double decay = 1;
            for (int j = 0; j < i; j++) {
                double[] a = boxes.get(order.get(i));
                double[] b = boxes.get(order.get(j));
                double overlap = Boxes.touch(a, b) ? Boxes.overlap(a, b, way.pixel()) : 0;
                worst[i] = Math.max(worst[i], overlap);
                decay = Math.min(
                        decay,
                        way.other() == 0
                                ? (1 - overlap) / (1 - worst[j] + 1e-10)
                                : Math.exp((worst[j] * worst[j] - overlap * overlap) * 2));
            }
            double score = decay * scores[order.get(i)];
            if (score > .15) {
                found.add(new Found(image, label, order.get(i), score));
            }
        }
        return found;
    }

    private static List<Found> hard(
            Way way, List<double[]> boxes, double[] scores, int image, int label, double limit, double fade) {
        List<Integer> kept = new ArrayList<>();
        List<Found> found = new ArrayList<>();
        for (int each : candidates(way, scores, true)) {
            double now = limit;
            if (kept.stream().allMatch(k -> Boxes.overlap(boxes.get(k), boxes.get(each), way.pixel()) < now)) {
                kept.add(each);
                found.add(new Found(image, label, each, scores[each]));
                limit *= limit > .5 && fade < 1 ? fade : 1;
            }
        }
        return found;
    }

    private static List<Found> ofImage(Way way, List<Found> found, boolean grouped) {
        List<Found> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingDouble(Found::score).reversed());
        sorted = new ArrayList<>(
                sorted.subList(0, way.keep() < 0 ? sorted.size() : Math.min(way.keep(), sorted.size())));
        if (grouped && !way.across() && way.order().equals("classid")) {
            sorted.sort(Comparator.comparingInt(Found::label));
        }
        return sorted;
    }

    private static void sortAcross(Way way, List<Found> all) {
        if (way.across() && way.order().equals("score")) {
            all.sort(Comparator.comparingDouble(Found::score).reversed());
        } else if (way.across() && way.order().equals("classid")) {
            all.sort(Comparator.comparingInt(Found::label));
        }
    }

    private static Grid rows(List<Found> all, Grid boxes) {
        return Grid.filled(
                at -> {
                    Found one = all.get(at[0]);
                    return at[1] == 0
                            ? one.label()
                            : at[1] == 1 ? one.score() : boxes.at(one.image(), one.box(), at[1] - 2);
                },
                all.size(),
                6);
    }

    private static double[] own(Grid scores, int... at) {
        double[] own = new double[BOXES];
        for (int i = 0; i < own.length; i++) {
            own[i] = scores.at(at[0], at[1], i);
        }
        return own;
    }

    private static List<double[]> boxes(Grid boxes, int image) {
        List<double[]> own = new ArrayList<>();
        for (int i = 0; i < BOXES; i++) {
            own.add(Boxes.row(boxes, image, i));
        }
        return own;
    }

    private static final String[] PORTS = {port("FP32", -1, 6), port("I32", -1, 1), port("I32", 2)};

    private void check(long seed, Way way, boolean decays) {
        Random random = new Random(seed);
        Grid boxes = Boxes.boxes(random, 2, BOXES, 4);
        Grid scores = Boxes.scores(random, 2, CLASSES, BOXES);
        double fade = !decays && way.other() == 1 ? .8 : 1;
        double limit = !decays && way.other() == 1 ? .7 : .3;
        List<Found> all = new ArrayList<>();
        double[] counts = new double[2];
        for (int n = 0; n < 2; n++) {
            List<Found> own = new ArrayList<>();
            for (int c = 0; c < CLASSES; c++) {
                if (c != way.background()) {
                    own.addAll(
                            decays
                                    ? matrix(way, boxes(boxes, n), own(scores, n, c), n, c)
                                    : hard(way, boxes(boxes, n), own(scores, n, c), n, c, limit, fade));
                }
            }
            own = ofImage(way, own, !decays);
            counts[n] = own.size();
            all.addAll(own);
        }
        sortAcross(way, all);
        IrFile file = new IrFile(folder);
        String operation = decays
                ? "MatrixNms-8 post_threshold='0.15' decay_function='" + (way.other() == 0 ? "linear" : "gaussian")
                        + "'"
                : "MulticlassNms-8 iou_threshold='" + limit + "' nms_eta='" + fade + "'";
        int y = file.op(operation + way.attributes(), PORTS, file.input(boxes), file.input(scores));

        List<Grid> found = file.answers(y, 3);

        assertThat(found.get(0)).as("seed %d, %s", seed, way).is(near(rows(all, boxes)));
        assertThat(found.get(1))
                .as("seed %d, %s", seed, way)
                .is(near(Grid.filled(
                        at -> all.get(at[0]).image() * BOXES + all.get(at[0]).box(), all.size(), 1)));
        assertThat(found.get(2)).as("seed %d, %s", seed, way).is(near(Grid.of(counts)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void scoresDecayByOverlap(long seed) {
        check(seed, Way.of(new Random(seed + 100)), true);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void boxesOfAClassRemoveEachOther(long seed) {
        check(seed, Way.of(new Random(seed + 200)), false);
    }

    /** Boxes for each class, of all images in a row. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void boxesOfTheirOwnForEachClass(long seed) {
        Random random = new Random(seed);
        Grid boxes = Boxes.boxes(random, CLASSES, BOXES, 4);
        Grid scores = Boxes.scores(random, CLASSES, BOXES);
        int[] numbers = {5, 0, 9};
        Way way = new Way(true, 1, -1, 6, "classid", false, 0);
        List<Found> all = new ArrayList<>();
        double[] counts = new double[3];
        int begin = 0;
        for (int n = 0; n < 3; n++) {
            List<Found> own = new ArrayList<>();
            int first = begin;
            int end = begin + numbers[n];
            for (int c = 0; c < CLASSES; c += 2) {
                double[] points = new double[BOXES];
                for (int i = 0; i < BOXES; i++) {
                    points[i] = i >= first && i < end ? scores.at(c, i) : 0;
                }
                own.addAll(hard(way, boxes(boxes, c), points, n, c, .3, 1));
            }
            own = ofImage(way, own, true);
            counts[n] = own.size();
            all.addAll(own);
            begin = end;
        }
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MulticlassNms-9 iou_threshold='0.3'" + way.attributes(),
                PORTS,
                file.input(boxes),
                file.input(scores),
                file.input("i32", Grid.of(5, 0, 9)));

        List<Grid> found = file.answers(y, 3);

        assertThat(found.get(0))
                .as("seed %d", seed)
                .is(near(Grid.filled(
                        at -> {
                            Found one = all.get(at[0]);
                            return at[1] == 0
                                    ? one.label()
                                    : at[1] == 1 ? one.score() : boxes.at(one.label(), one.box(), at[1] - 2);
                        },
                        all.size(),
                        6)));
        assertThat(found.get(1))
                .is(near(Grid.filled(
                        at -> all.get(at[0]).box() * CLASSES + all.get(at[0]).label(), all.size(), 1)));
        assertThat(found.get(2)).is(near(Grid.of(counts)));
    }

    /** An overlap of just the threshold removes a box, as in PaddlePaddle. */
    @Test
    void theThresholdItselfRemoves() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MulticlassNms-8 iou_threshold='0.5' score_threshold='0.5'",
                PORTS,
                file.input(new Grid(new double[] {0, 0, 2, 2, 0, 0, 2, 1, 0, 0, 8, 8}, 1, 3, 4)),
                file.input(new Grid(new double[] {.875, .75, .5}, 1, 1, 3)));

        assertThat(file.answer(y)).is(near(new Grid(new double[] {0, .875, 0, 0, 2, 2, 0, .5, 0, 0, 8, 8}, 2, 6)));
    }

    @Test
    void nothingFoundIsAnEmptyTable() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MatrixNms-8 score_threshold='0.9' post_threshold='0'",
                PORTS,
                file.input(new Grid(new double[] {0, 0, 2, 2}, 1, 1, 4)),
                file.input(new Grid(new double[] {.5}, 1, 1, 1)));

        List<Grid> found = file.answers(y, 3);

        assertThat(found.get(0).dims()).containsExactly(0, 6);
        assertThat(found.get(1).dims()).containsExactly(0, 1);
        assertThat(found.get(2)).is(near(Grid.of(0)));
    }

    @Test
    void moreComparisonsThanMemoryHoldsAreRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "MatrixNms-8",
                PORTS,
                file.parameter("element_type='f32'", port("FP32", 1, 20000, 4)),
                file.parameter("element_type='f32'", port("FP32", 1, 4, 20000))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("compares 20000 boxes of 4 classes with each other");
    }
}
