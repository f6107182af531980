package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Suppression of overlapping boxes and the detection operator, against the greedy algorithm written out. */
class DetectionsTest {
    private static final int RUNS = 30;

    private static double overlap(double[] a, double[] b) {
        double height = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
        double width = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
        double both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - height * width;
        return height * width / both;
    }

    /** The best first; each that overlaps none of the taken. */
    private static List<Integer> suppressed(double[][] boxes, double[] scores, int most, double iou, double least) {
        List<Integer> taken = new ArrayList<>();
        IntStream.range(0, boxes.length)
                .boxed()
                .filter(i -> scores[i] >= least)
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .forEach(i -> {
                    if (taken.size() < most && taken.stream().allMatch(t -> overlap(boxes[t], boxes[i]) <= iou)) {
                        taken.add(i);
                    }
                });
        return taken;
    }

    private static double[][] boxes(Random random, int count) {
        double[][] boxes = new double[count][];
        for (int i = 0; i < count; i++) {
            double y = random.nextInt(40) / 10.0;
            double x = random.nextInt(40) / 10.0;
            boxes[i] = new double[] {y, x, y + 1 + random.nextInt(20) / 10.0, x + 1 + random.nextInt(20) / 10.0};
        }
        return boxes;
    }

    private static Numbers flat(double[][] rows) {
        return Numbers.computed(new int[] {rows.length, 4}, at -> rows[at[0]][at[1]]);
    }

    /** Scores no two of which are equal. */
    private static double[] scores(Random random, int count) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        java.util.Collections.shuffle(order, random);
        return order.stream().mapToDouble(i -> (i + .5) / count).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"})
    void overlappingBoxesGive(Builtin op) {
        boolean soft = op == Builtin.NON_MAX_SUPPRESSION_V5;
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int count = 4 + random.nextInt(8);
            int most = 1 + random.nextInt(6);
            double[][] boxes = boxes(random, count);
            double[] scores = scores(random, count);
            double iou = .2 + random.nextInt(5) / 10.0 + .003;
            OneOperator nms = new OneOperator(op, table())
                    .fed(flat(boxes))
                    .fed(Numbers.reals(scores, count))
                    .given(Numbers.scalar(INT32, most), seed % 2 == 0)
                    .constant(Numbers.scalar(FLOAT32, iou))
                    .constant(Numbers.scalar(FLOAT32, .25));
            List<double[]> found = soft
                    ? nms.constant(Numbers.scalar(FLOAT32, 0))
                            .into(INT32, most)
                            .into(FLOAT32, most)
                            .into(INT32)
                            .answers()
                    : nms.into(INT32, most).into(INT32).answers();

            List<Integer> taken = suppressed(boxes, scores, most, iou, .25);
            double[] places = new double[most];
            double[] kept = new double[most];
            for (int i = 0; i < taken.size(); i++) {
                places[i] = taken.get(i);
                kept[i] = scores[taken.get(i)];
            }
            assertThat(found.get(0)).as("places, seed %d", seed).containsExactly(places);
            assertThat(found.get(found.size() - 1)).as("count, seed %d", seed).containsExactly(taken.size());
            if (soft) {
                assertThat(Numbers.reals(kept, most).apart(found.get(1)))
                        .as("scores, seed %d", seed)
                        .isLessThan(1e-6);
            }
        }
    }

    /** A score that equals the threshold is too low for the built-in operator, and high enough for the custom one. */
    @Test
    void scoresOnTheThreshold() {
        Numbers box = Numbers.reals(new double[] {0, 0, 1, 1}, 1, 4);
        List<double[]> builtin = new OneOperator(Builtin.NON_MAX_SUPPRESSION_V4, table())
                .fed(box)
                .fed(Numbers.reals(new double[] {.5}, 1))
                .constant(Numbers.scalar(INT32, 1))
                .constant(Numbers.scalar(FLOAT32, .5))
                .constant(Numbers.scalar(FLOAT32, .5))
                .into(INT32, 1)
                .into(INT32)
                .answers();
        Scene scene =
                new Scene(Numbers.reals(new double[4], 1, 1, 4), Numbers.reals(new double[] {0, .5}, 1, 1, 2), box, 1);
        Map<String, Number> options = options(1, 1);
        options.put("nms_score_threshold", .5f);

        assertThat(builtin.get(1)).containsExactly(0);
        assertThat(scene.run(options, 1).get(3)).containsExactly(1);
    }

    @Test
    void loweringOfScoresIsRefused() {
        OneOperator nms = new OneOperator(Builtin.NON_MAX_SUPPRESSION_V5, table())
                .fed(flat(boxes(new Random(1), 3)))
                .fed(Numbers.reals(new double[3], 3))
                .constant(Numbers.scalar(INT32, 2))
                .constant(Numbers.scalar(FLOAT32, .5))
                .constant(Numbers.scalar(FLOAT32, .1))
                .constant(Numbers.scalar(FLOAT32, .5))
                .into(INT32, 2)
                .into(FLOAT32, 2)
                .into(INT32);

        assertThatThrownBy(nms::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("NON_MAX_SUPPRESSION_V5 lowers scores softly");
    }

    /** Boxes relative to anchors (center y, x, height, width), with the scales the file states. */
    private static double[][] decoded(Numbers codes, Numbers anchors) {
        double[][] boxes = new double[anchors.dims[0]][];
        for (int i = 0; i < boxes.length; i++) {
            double y = codes.at(0, i, 0) / 10 * anchors.at(i, 2) + anchors.at(i, 0);
            double x = codes.at(0, i, 1) / 10 * anchors.at(i, 3) + anchors.at(i, 1);
            double h = Math.exp(codes.at(0, i, 2) / 5) * anchors.at(i, 2) / 2;
            double w = Math.exp(codes.at(0, i, 3) / 5) * anchors.at(i, 3) / 2;
            boxes[i] = new double[] {y - h, x - w, y + h, x + w};
        }
        return boxes;
    }

    private record Scene(Numbers codes, Numbers votes, Numbers anchors, int classes) {
        static Scene draw(Random random, TensorType type, int count, int classes) {
            Numbers codes = type == FLOAT32
                    ? Numbers.reals(random, 1, count, 4)
                    : Numbers.whole(type, random, 1, count, 4).scaled(.03, 0);
            double[] all = scores(random, count * (classes + 1));
            Numbers votes = type == FLOAT32
                    ? Numbers.reals(all, 1, count, classes + 1)
                    : Numbers.reals(all, 1, count, classes + 1).quantized(type, 1 / 255.0, -128);
            double[][] corners = boxes(random, count);
            Numbers anchors = Numbers.computed(
                    new int[] {count, 4},
                    at -> at[1] < 2
                            ? (corners[at[0]][at[1]] + corners[at[0]][at[1] + 2]) / 2
                            : corners[at[0]][at[1]] - corners[at[0]][at[1] - 2]);
            return new Scene(codes, votes, anchors, classes);
        }

        double score(int box, int of) {
            return votes.at(0, box, of + 1); // the first column is the background
        }

        List<double[]> run(Map<String, Number> options, int rows) {
            TfliteFile file = new TfliteFile();
            int boxes = file.input(codes.type, codes.dims);
            int scores = file.input(votes.type, votes.dims);
            if (codes.scales.length > 0) {
                file.quantize(boxes, codes.scales[0], codes.zero).quantize(scores, votes.scales[0], votes.zero);
            }
            file.custom(
                    "TFLite_Detection_PostProcess",
                    FlexOptions.map(options),
                    new int[] {boxes, scores, file.constant(FLOAT32, anchors.bytes(), anchors.dims)},
                    file.output(FLOAT32, 1, rows, 4),
                    file.output(FLOAT32, 1, rows),
                    file.output(FLOAT32, 1, rows),
                    file.output(FLOAT32, 1));
            var graph = TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                    .graph();
            List<Npy> fed = List.of(codes.npy(), votes.npy());
            return Runner.run(graph, fed);
        }
    }

    private static Map<String, Number> options(int most, int classes) {
        return new TreeMap<>(Map.of(
                "max_detections", most,
                "max_classes_per_detection", 1,
                "num_classes", classes,
                "nms_iou_threshold", .4f,
                "nms_score_threshold", .3f,
                "y_scale", 10f,
                "x_scale", 10f,
                "h_scale", 5f,
                "w_scale", 5f));
    }

    /** One detection: box, class, score. */
    private record Found(int box, int of, double score) {}

    private static void assertDetections(List<double[]> found, List<Found> exact, double[][] boxes, String how) {
        int rows = found.get(1).length;
        double[] wanted = new double[4 * rows];
        double[] classes = new double[rows];
        double[] scores = new double[rows];
        for (int i = 0; i < exact.size(); i++) {
            System.arraycopy(boxes[exact.get(i).box], 0, wanted, 4 * i, 4);
            classes[i] = exact.get(i).of;
            scores[i] = exact.get(i).score;
        }
        assertThat(found.get(1)).as("classes, %s", how).containsExactly(classes);
        assertThat(Numbers.reals(scores, rows).apart(found.get(2)))
                .as("scores, %s", how)
                .isLessThan(1e-5);
        assertThat(Numbers.reals(wanted, 4 * rows).apart(found.get(0)))
                .as("boxes, %s", how)
                .isLessThan(1e-4);
    }

    /** The fast way: boxes compete by their best class, whatever it is. */
    @ParameterizedTest
    @CsvSource({"FLOAT32,1", "FLOAT32,2", "INT8,1"})
    void boxesCompeteByTheirBestClass(TensorType type, int perBox) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Scene scene = Scene.draw(random, type, 8, 3);
            int most = 1 + random.nextInt(5);
            Map<String, Number> options = options(most, 3);
            options.put("max_classes_per_detection", perBox);
            double[][] boxes = decoded(scene.codes, scene.anchors);
            double[] best = new double[8];
            for (int i = 0; i < 8; i++) {
                int box = i;
                best[i] = IntStream.range(0, 3)
                        .mapToDouble(c -> scene.score(box, c))
                        .max()
                        .orElseThrow();
            }
            if (type == INT8
                    && IntStream.range(0, 8)
                                    .mapToDouble(i -> best[i])
                                    .distinct()
                                    .count()
                            < 8) {
                continue; // which of two equal scores wins is open
            }
            List<Integer> taken = suppressed(boxes, best, most, .4f, .3f);
            List<Found> exact = new ArrayList<>();
            for (int box : taken) {
                IntStream.range(0, 3)
                        .boxed()
                        .sorted(Comparator.comparingDouble(c -> -scene.score(box, c)))
                        .limit(perBox)
                        .forEach(c -> exact.add(new Found(box, c, scene.score(box, c))));
            }

            List<double[]> found = scene.run(options, most * perBox);

            assertThat(found.get(3)).as("count, seed %d", seed).containsExactly(taken.size());
            assertDetections(found, exact, boxes, "seed " + seed);
        }
    }

    /** The regular way: suppression in each class of its own, then the best of all. */
    @Test
    void boxesCompeteWithinTheirClass() {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Scene scene = Scene.draw(random, FLOAT32, 8, 3);
            int most = 2 + random.nextInt(8);
            Map<String, Number> options = options(most, 3);
            options.put("use_regular_nms", 1);
            options.put("detections_per_class", 3);
            double[][] boxes = decoded(scene.codes, scene.anchors);
            List<Found> exact = new ArrayList<>();
            for (int c = 0; c < 3; c++) {
                int of = c;
                double[] scores = IntStream.range(0, 8)
                        .mapToDouble(i -> scene.score(i, of))
                        .toArray();
                suppressed(boxes, scores, 3, .4f, .3f).forEach(i -> exact.add(new Found(i, of, scores[i])));
            }
            exact.sort(Comparator.comparingDouble(f -> -f.score));
            List<Found> kept = exact.subList(0, Math.min(most, exact.size()));

            List<double[]> found = scene.run(options, most);

            assertThat(found.get(3)).as("count, seed %d", seed).containsExactly(kept.size());
            assertDetections(found, kept, boxes, "seed " + seed);
        }
    }

    @Test
    void detectionsWithoutACountAreRefused() {
        Scene scene = Scene.draw(new Random(1), FLOAT32, 4, 2);
        Map<String, Number> options = options(0, 2);

        assertThatThrownBy(() -> scene.run(options, 1))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("TFLite_Detection_PostProcess keeps (0) detections of (2) classes");
    }
}
