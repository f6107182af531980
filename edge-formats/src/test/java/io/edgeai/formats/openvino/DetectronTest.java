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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of Mask R-CNN as Detectron has them. */
class DetectronTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"true, 4, 8", "false, 4, 8", "true, 0, 0"})
    void priorsStandInTheMiddleOfEachCell(boolean flatten, double stepX, double stepY) {
        Grid priors = Grid.pattern(3, 4);
        double wide = stepX == 0 ? 60 / 5. : stepX;
        double high = stepY == 0 ? 28 / 4. : stepY;
        Grid wanted = Grid.filled(
                at -> priors.at(at[2], at[3]) + (at[3] % 2 == 0 ? wide * (at[1] + .5) : high * (at[0] + .5)),
                4,
                5,
                3,
                4);
        Grid shaped = flatten ? wanted.shaped(60, 4) : wanted;
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ExperimentalDetectronPriorGridGenerator-6 flatten='" + flatten + "' h='0' w='0' stride_x='" + stepX
                        + "' stride_y='" + stepY + "'",
                port(shaped),
                file.input(priors),
                file.input(Grid.pattern(1, 2, 4, 5)),
                file.input(Grid.pattern(1, 2, 28, 60)));

        assertThat(file.answer(y)).is(near(shaped));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 9})
    void theBestRegionsComeFirst(int most) {
        Random random = new Random(7);
        Grid regions = Boxes.boxes(random, 7, 4);
        Grid scores = Boxes.scores(random, 7);
        List<Integer> order = Boxes.falling(scores.values(), i -> true);
        int count = Math.min(7, most);
        Grid wanted = Grid.filled(at -> regions.at(order.get(at[0]), at[1]), count, 4);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ExperimentalDetectronTopKROIs-6 max_rois='" + most + "'",
                port("FP32", most, 4),
                file.input(regions),
                file.input(scores));

        assertThat(file.answer(y)).is(near(wanted));
    }

    /** Beyond a place before the edge nothing counts; up to there the edge's own value does. */
    private static double sample(Grid map, int channel, double y, double x) {
        int high = map.dims()[2];
        int wide = map.dims()[3];
        if (y < -1 || y > high || x < -1 || x > wide) {
            return 0;
        }
        return RoiPoolingTest.between(
                map, 0, channel, Math.max(0, Math.min(y, high - 1)), Math.max(0, Math.min(x, wide - 1)));
    }

    private static double aligned(
            Grid map,
            double[] box,
            double scale,
            boolean aligned,
            int ratio,
            int size,
            int channel,
            int row,
            int column) {
        double offset = aligned ? .5 : 0;
        double left = box[0] * scale - offset;
        double top = box[1] * scale - offset;
        double wide = Math.max(box[2] * scale - offset - left, 1);
        double high = Math.max(box[3] * scale - offset - top, 1);
        int down = ratio > 0 ? ratio : (int) Math.ceil(high / size);
        int across = ratio > 0 ? ratio : (int) Math.ceil(wide / size);
        double sum = 0;
        for (int i = 0; i < down; i++) {
            for (int k = 0; k < across; k++) {
                double y = top + (row + (i + .5) / down) * high / size;
                double x = left + (column + (k + .5) / across) * wide / size;
                sum += sample(map, channel, y, x);
            }
        }
        return sum / (down * across);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, false", "2, 0, false", "3, 2, true", "4, 0, true"})
    void regionsArePooledFromTheLevelOfTheirSize(long seed, int ratio, boolean aligned) {
        Random random = new Random(seed);
        int[] scales = {32, 64, 128};
        Grid[] maps = {
            Grid.random(random, 1, 2, 30, 28), Grid.random(random, 1, 2, 15, 14), Grid.random(random, 1, 2, 8, 7)
        };
        double[][] boxes = new double[14][];
        for (int r = 0; r < boxes.length; r++) {
            double x = random.nextInt(300);
            double y = random.nextInt(300);
            double size = Math.exp(random.nextDouble() * 7);
            boxes[r] = new double[] {x, y, (float) (x + size), (float) (y + size * (.5 + random.nextDouble()))};
        }
        boxes[3] = new double[] {5, 5, 5, 90}; // empty
        boxes[4] = new double[] {0, 0, 112, 112}; // on the border between two levels
        Grid rois = Grid.filled(at -> boxes[at[0]][at[1]], boxes.length, 4);
        Grid wanted = Grid.filled(
                at -> {
                    double[] box = boxes[at[0]];
                    double area = (box[2] - box[0]) * (box[3] - box[1]);
                    if (area <= 0) {
                        return 0;
                    }
                    int level = (int) Math.floor(2 + Math.log(Math.sqrt(area) / 224 + 1e-6) / Math.log(2));
                    level = Math.max(0, Math.min(2, level));
                    return aligned(maps[level], box, 1. / scales[level], aligned, ratio, 3, at[1], at[2], at[3]);
                },
                boxes.length,
                2,
                3,
                3);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ExperimentalDetectronROIFeatureExtractor-6 aligned='" + aligned
                        + "' output_size='3' pyramid_scales='32,64,128' sampling_ratio='" + ratio + "'",
                new String[] {port(wanted), port(rois)},
                file.input(rois),
                file.input(maps[0]),
                file.input(maps[1]),
                file.input(maps[2]));

        List<Grid> found = file.answers(y, 2);

        assertThat(found.get(0)).as("seed %d", seed).is(near(wanted, 2e-4));
        assertThat(found.get(1)).is(near(rois));
    }

    private record Found(int label, int region, double score, double[] box) {}

    @ParameterizedTest
    @CsvSource({"1, 100, 100", "2, 100, 4", "3, 2, 100", "4, 2, 5", "5, 3, 7", "6, 100, 20"})
    void detectionsOfAllClasses(long seed, int perClass, int perImage) {
        Random random = new Random(seed);
        int count = 20;
        int classes = 4;
        Grid rois = Boxes.boxes(random, count, 4);
        rois.values()[4 * 3 + 2] = rois.at(3, 0); // empty
        Grid deltas = Grid.random(random, count, classes * 4).map(v -> v * 2);
        Grid scores = Boxes.scores(random, count, classes);
        double[] weights = {10, 10, 5, 5};
        List<Found> all = new ArrayList<>();
        for (int c = 1; c < classes; c++) {
            int label = c;
            List<double[]> boxes = new ArrayList<>();
            double[] points = new double[count];
            for (int r = 0; r < count; r++) {
                double[] change = new double[4];
                for (int i = 0; i < 4; i++) {
                    change[i] = deltas.at(r, 4 * c + i) / weights[i];
                }
                double[] box = Boxes.refined(Boxes.row(rois, r), change, 1, 1, .5);
                boxes.add(Boxes.clipped(box, Double.MAX_VALUE, Double.MAX_VALUE));
                points[r] = r == 3 ? 0 : scores.at(r, c);
            }
            List<Integer> order = Boxes.falling(points, r -> points[r] > .1);
            Boxes.kept(order, boxes, .3, 1, true, perClass)
                    .forEach(r -> all.add(new Found(label, r, points[r], boxes.get(r))));
        }
        if (all.size() > perImage) {
            all.sort(Comparator.comparingDouble(Found::score).reversed());
        }
        int rows = Math.min(all.size(), perImage);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "ExperimentalDetectronDetectionOutput-6 class_agnostic_box_regression='false'"
                        + " deltas_weights='10.0,10.0,5.0,5.0' max_delta_log_wh='0.5' nms_threshold='0.3'"
                        + " score_threshold='0.1' num_classes='4' max_detections_per_image='" + perImage
                        + "' post_nms_count='" + perClass + "'",
                new String[] {port("FP32", perImage, 4), port("I32", perImage), port("FP32", perImage)},
                file.input(rois),
                file.input(deltas),
                file.input(scores),
                file.input(Grid.of(40, 40, 1).shaped(1, 3)));

        List<Grid> found = file.answers(y, 3);

        assertThat(all)
                .as("seed %d leaves something out and something in", seed)
                .hasSizeBetween(5, 59);
        assertThat(found.get(0))
                .as("seed %d", seed)
                .is(near(Grid.filled(at -> at[0] < rows ? all.get(at[0]).box()[at[1]] : 0, perImage, 4)));
        assertThat(found.get(1))
                .is(near(Grid.filled(at -> at[0] < rows ? all.get(at[0]).label() : 0, perImage)));
        assertThat(found.get(2))
                .is(near(Grid.filled(at -> at[0] < rows ? all.get(at[0]).score() : 0, perImage)));
    }

    @Test
    void aPartOfAMapIsRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "ExperimentalDetectronPriorGridGenerator-6 h='2' w='5' stride_x='4' stride_y='4'",
                port("FP32", 60, 4),
                file.input(Grid.pattern(3, 4)),
                file.input(Grid.pattern(1, 2, 4, 5)),
                file.input(Grid.pattern(1, 2, 28, 60))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("lays priors on a map of unknown size, or on a part of one");
    }
}
