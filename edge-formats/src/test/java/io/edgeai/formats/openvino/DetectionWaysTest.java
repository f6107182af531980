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

/** DetectionOutput for several images, with boxes for each class, priors in pixels, refined twice, and MXNet's way. */
class DetectionWaysTest {
    private static final int PRIORS = 10;
    private static final int CLASSES = 4;
    private static final double[] VARIANCE = {.125, .25, .125, .25};

    @TempDir
    Path folder;

    private record Found(int image, int label, int prior, double score, double[] box) {}

    private record Way(
            int images,
            int priorImages,
            boolean shared,
            boolean normalized,
            boolean mxnet,
            boolean twice,
            boolean inTarget,
            boolean clip,
            int background,
            int top,
            int keep) {
        int locations() {
            return shared ? 1 : CLASSES;
        }

        String attributes() {
            return "DetectionOutput-8 background_label_id='" + background + "' top_k='" + top + "' keep_top_k='" + keep
                    + "' share_location='" + shared + "' normalized='" + normalized + "' decrease_label_id='" + mxnet
                    + "' variance_encoded_in_target='" + inTarget + "' clip_before_nms='" + clip
                    + "' nms_threshold='0.45' confidence_threshold='0.15' objectness_score='0.5' input_width='40'"
                    + " input_height='20' code_type='caffe.PriorBoxParameter.CENTER_SIZE'";
        }
    }

    private static double[] moved(Way way, double[] prior, Grid location, int image, int place) {
        double[] change = new double[4];
        for (int i = 0; i < 4; i++) {
            change[i] = location.at(image, place, i) * (way.inTarget() ? 1 : VARIANCE[i]);
        }
        double[] box = Boxes.refined(prior, change, 0, 0, Double.POSITIVE_INFINITY);
        return way.clip() ? Boxes.clipped(box, 1, 1) : box;
    }

    private static List<Found> image(Way way, int n, Grid location, Grid scores, Grid priors, Grid arms, Grid object) {
        int batch = way.priorImages() == 1 ? 0 : n;
        double[][][] boxes = new double[way.locations()][PRIORS][];
        double[][] points = new double[CLASSES][PRIORS];
        for (int p = 0; p < PRIORS; p++) {
            for (int c = 0; c < way.locations(); c++) {
                double[] prior = Boxes.row(priors, batch, p);
                int place = p * way.locations() + c;
                prior = way.twice() ? moved(way, prior, arms, n, place) : prior;
                boxes[c][p] = moved(way, prior, location, n, place);
            }
            for (int c = 0; c < CLASSES; c++) {
                boolean empty = way.twice() && object.at(n, p, 1) < .5;
                points[c][p] = empty ? (c == way.background() ? 1 : 0) : scores.at(n, p, c);
            }
        }
        List<Found> found = new ArrayList<>();
        int[] bestLabel = new int[PRIORS];
        double[] best = new double[PRIORS];
        for (int p = 0; p < PRIORS; p++) {
            for (int c = 1; c < CLASSES; c++) {
                if (c != way.background() && points[c][p] > best[p]) {
                    best[p] = points[c][p];
                    bestLabel[p] = c;
                }
            }
        }
        List<Integer> all = Boxes.falling(best, p -> bestLabel[p] > 0 && best[p] >= .15);
        List<Integer> ofAll = way.top() < 0 ? all : all.subList(0, Math.min(way.top(), all.size()));
        for (int c = 0; c < CLASSES; c++) {
            if (c == way.background()) {
                continue;
            }
            int label = c;
            List<Integer> own = Boxes.falling(points[c], p -> points[label][p] > .15);
            own = way.top() < 0 ? own : own.subList(0, Math.min(way.top(), own.size()));
            List<Integer> order = way.mxnet()
                    ? ofAll.stream().filter(p -> bestLabel[p] == label).toList()
                    : own;
            double[][] at = boxes[way.shared() ? 0 : c];
            for (int p : Boxes.kept(order, List.of(at), .45, 0, false, PRIORS)) {
                found.add(new Found(n, c, p, points[c][p], at[p]));
            }
        }
        found.sort(Comparator.comparingDouble(Found::score).reversed());
        List<Found> kept = new ArrayList<>(found.subList(0, Math.min(way.keep(), found.size())));
        kept.sort(Comparator.comparingInt(Found::label).thenComparing(Found::score, Comparator.reverseOrder()));
        return kept;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void detectionsOfSeveralImages(long seed) {
        Random random = new Random(seed);
        boolean twice = random.nextInt(3) == 0;
        int images = random.nextInt(1, 4);
        Way way = new Way(
                images,
                random.nextBoolean() ? 1 : images,
                random.nextBoolean(),
                twice || random.nextBoolean(),
                random.nextBoolean(),
                twice,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(-1, 3),
                random.nextBoolean() ? -1 : 4,
                random.nextInt(3, 14));
        Grid location = Grid.random(random, images, PRIORS * way.locations(), 4).map(v -> v / 8);
        Grid arms = Grid.random(random, images, PRIORS * way.locations(), 4).map(v -> v / 8);
        Grid object = Boxes.scores(random, images, PRIORS, 2);
        Grid scores = Boxes.scores(random, images, PRIORS, CLASSES);
        Grid shares = Boxes.boxes(random, way.priorImages(), PRIORS, 4).map(v -> v / 32);
        int each = way.normalized() ? 4 : 5;
        int rows = way.inTarget() ? 1 : 2;
        Grid given = Grid.filled(
                at -> {
                    int place = at[2] % each - (each - 4);
                    if (at[1] == 1) {
                        return at[2] < 4 * PRIORS ? VARIANCE[at[2] % 4] : 0;
                    }
                    double share = place < 0 ? 7 : shares.at(at[0], at[2] / each, place);
                    return way.normalized() || place < 0 ? share : share * (place % 2 == 0 ? 40 : 20);
                },
                way.priorImages(),
                rows,
                PRIORS * each);
        List<Found> all = new ArrayList<>();
        for (int n = 0; n < images; n++) {
            all.addAll(image(way, n, location, scores, shares, arms, object));
        }
        Grid wanted = Grid.filled(
                at -> {
                    if (at[2] >= all.size()) {
                        return at[2] == all.size() && at[3] == 0 ? -1 : 0;
                    }
                    Found one = all.get(at[2]);
                    return switch (at[3]) {
                        case 0 -> one.image();
                        case 1 -> one.label() - (way.mxnet() ? 1 : 0);
                        case 2 -> one.score();
                        default -> one.box()[at[3] - 3];
                    };
                },
                1,
                1,
                images * way.keep(),
                7);
        IrFile file = new IrFile(folder);
        int l = file.input(location.shaped(images, PRIORS * way.locations() * 4));
        int s = file.input(scores.shaped(images, PRIORS * CLASSES));
        int p = file.input(given);
        int y = twice
                ? file.op(
                        way.attributes(),
                        port(wanted),
                        l,
                        s,
                        p,
                        file.input(object.shaped(images, PRIORS * 2)),
                        file.input(arms.shaped(images, PRIORS * way.locations() * 4)))
                : file.op(way.attributes(), port(wanted), l, s, p);

        assertThat(file.answer(y)).as("seed %d, %s", seed, way).is(near(wanted));
    }

    /** Without a limit there are rows for all classes of all priors. */
    @Test
    void allAreKeptWhereNothingLimitsThem() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "DetectionOutput-1 num_classes='2' background_label_id='0' keep_top_k='-1' nms_threshold='0.5'"
                        + " normalized='true' variance_encoded_in_target='true'",
                port("FP32", 1, 1, 4, 7),
                file.input(Grid.filled(i -> 0, 1, 8)),
                file.input(new Grid(new double[] {.25, .75, .5, .5}, 1, 4)),
                file.floats(new Grid(new double[] {0, 0, .25, .25, .5, .5, 1, 1}, 1, 1, 8)));
        assertThat(file.answer(y))
                .is(near(new Grid(
                        new double[] {
                            0, 1, .75, 0, 0, .25, .25, 0, 1, .5, .5, .5, 1, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                        },
                        1,
                        1,
                        4,
                        7)));
    }

    @Test
    void priorsInPixelsThatAreRefinedTwiceAreRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op(
                "DetectionOutput-8 keep_top_k='5' nms_threshold='0.5' normalized='false' input_width='9'",
                port("FP32", 1, 1, 5, 7),
                file.input(Grid.pattern(1, 4)),
                file.input(Grid.pattern(1, 2)),
                file.floats(Grid.pattern(1, 2, 5)),
                file.input(Grid.pattern(1, 2)),
                file.input(Grid.pattern(1, 4))));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("refines priors twice that are not normalized");
    }
}
