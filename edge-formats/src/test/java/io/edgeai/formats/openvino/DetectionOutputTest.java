package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detections of SSD networks in Caffe's way, step by step. */
class DetectionOutputTest {
    private static final int PRIORS = 8;
    private static final int CLASSES = 4;

    @TempDir
    Path folder;

    private record Found(int label, double score, double[] box) {}

    private static double overlap(double[] a, double[] b) {
        double wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
        double high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
        double both = Math.max(0, wide) * Math.max(0, high);
        return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
    }

    /** The prior moved by what the network says, in units of the variances. */
    private static double[] decoded(double[] prior, double[] code, boolean center) {
        if (!center) {
            return IntStream.range(0, 4).mapToDouble(i -> prior[i] + code[i]).toArray();
        }
        double wide = prior[2] - prior[0];
        double high = prior[3] - prior[1];
        double x = (prior[0] + prior[2]) / 2 + code[0] * wide;
        double y = (prior[1] + prior[3]) / 2 + code[1] * high;
        double halfWidth = Math.exp(code[2]) * wide / 2;
        double halfHeight = Math.exp(code[3]) * high / 2;
        return new double[] {x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight};
    }

    private static Grid rows(List<double[]> boxes, Grid scores, int background, int top, int keep, int rows) {
        List<Found> all = new ArrayList<>();
        for (int label = 0; label < CLASSES; label++) {
            int own = label;
            List<Integer> candidates = IntStream.range(0, PRIORS)
                    .boxed()
                    .filter(p -> own != background && scores.at(p, own) > .15)
                    .sorted(Comparator.comparingDouble((Integer p) -> -scores.at(p, own)))
                    .limit(top)
                    .toList();
            List<Integer> kept = new ArrayList<>();
            for (int p : candidates) {
                if (kept.stream().allMatch(k -> overlap(boxes.get(k), boxes.get(p)) <= .45)) {
                    kept.add(p);
                    all.add(new Found(label, scores.at(p, label), boxes.get(p)));
                }
            }
        }
        List<Found> best = all.stream()
                .sorted(Comparator.comparingDouble((Found f) -> -f.score()))
                .limit(keep)
                .sorted(Comparator.comparingInt(Found::label).thenComparing(Found::score, Comparator.reverseOrder()))
                .toList();
        return Grid.filled(
                i -> {
                    if (i[2] >= best.size()) {
                        return i[2] == best.size() && i[3] == 0 ? -1 : 0;
                    }
                    Found found = best.get(i[2]);
                    return i[3] == 0
                            ? 0
                            : i[3] == 1 ? found.label() : i[3] == 2 ? found.score() : found.box()[i[3] - 3];
                },
                1,
                1,
                rows,
                7);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void detectionsComeByClassAndScore(long seed) {
        Random random = new Random(seed);
        boolean center = random.nextBoolean();
        boolean inTarget = random.nextBoolean();
        boolean clip = random.nextBoolean();
        int background = random.nextInt(-1, 2);
        int top = random.nextBoolean() ? -1 : 3;
        int keep = random.nextInt(3, 12);
        double[] variance = {.125, .125, .25, .25};
        Grid codes = Grid.random(random, PRIORS, 4).map(v -> v / 8);
        double[] ranks = random.ints(0, 1024)
                .distinct()
                .limit(PRIORS * CLASSES)
                .mapToDouble(i -> i / 1024.)
                .toArray();
        Grid scores = new Grid(ranks, PRIORS, CLASSES);
        double[] priors = new double[8 * PRIORS];
        List<double[]> boxes = new ArrayList<>();
        for (int p = 0; p < PRIORS; p++) {
            double x = random.nextInt(16) / 32.;
            double y = random.nextInt(16) / 32.;
            double[] prior = {x, y, x + .25 + random.nextInt(8) / 32., y + .25 + random.nextInt(8) / 32.};
            int number = p;
            double[] code = IntStream.range(0, 4)
                    .mapToDouble(i -> codes.at(number, i) * (inTarget ? 1 : variance[i]))
                    .toArray();
            double[] box = decoded(prior, code, center);
            boxes.add(
                    clip
                            ? Arrays.stream(box)
                                    .map(v -> Math.max(0, Math.min(1, v)))
                                    .toArray()
                            : box);
            System.arraycopy(prior, 0, priors, 4 * p, 4);
            System.arraycopy(variance, 0, priors, 4 * PRIORS + 4 * p, 4);
        }
        IrFile file = new IrFile(folder);
        int y = file.op(
                "DetectionOutput-1 num_classes='" + CLASSES + "' background_label_id='" + background + "' top_k='" + top
                        + "' keep_top_k='" + keep + "' share_location='true' normalized='true' nms_threshold='0.45'"
                        + " confidence_threshold='0.15' clip_before_nms='" + clip + "' variance_encoded_in_target='"
                        + inTarget + "' code_type='caffe.PriorBoxParameter." + (center ? "CENTER_SIZE" : "CORNER")
                        + "'",
                port("FP32", 1, 1, keep, 7),
                file.input(codes.shaped(1, 4 * PRIORS)),
                file.input(scores.shaped(1, PRIORS * CLASSES)),
                file.floats(new Grid(priors, 1, 2, 4 * PRIORS)));
        Grid wanted = rows(boxes, scores, background, top < 0 ? PRIORS : top, keep, keep);
        assertThat(file.answer(y)).as("seed " + seed).is(near(wanted));
    }

    private static String detection(String more) {
        return "DetectionOutput-8 background_label_id='0' keep_top_k='5' nms_threshold='0.5' share_location='true'"
                + " normalized='true' code_type='caffe.PriorBoxParameter.CORNER' confidence_threshold='0' " + more;
    }

    /** Set 8 leaves the number of classes to the sizes; boxes are clipped behind the choice. */
    @Test
    void classesFollowFromTheSizesAndClippingMayComeLast() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                detection("clip_after_nms='true' variance_encoded_in_target='true'"),
                port("FP32", 1, 1, 5, 7),
                file.input(new Grid(new double[] {-.5, 0, .75, 0}, 1, 4)),
                file.input(new Grid(new double[] {.25, .875}, 1, 2)),
                file.floats(new Grid(new double[] {.25, .25, .5, .5, 1, 1, 1, 1}, 1, 2, 4)));
        Grid wanted = Grid.filled(i -> 0, 1, 1, 5, 7);
        double[] row = {0, 1, .875, 0, .25, 1, .5};
        for (int i = 0; i < 7; i++) {
            wanted.add(row[i], 0, 0, 0, i);
        }
        wanted.add(-1, 0, 0, 1, 0);
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void anUnknownCodeIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                detection("").replace("PriorBoxParameter.CORNER", "PriorBoxParameter.NONSENSE"),
                port("FP32", 1, 1, 5, 7),
                file.input(Grid.pattern(1, 4)),
                file.input(Grid.pattern(1, 2)),
                file.floats(Grid.pattern(1, 2, 4))));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("codes boxes as");
    }
}
