package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Best classes in time, followed step by step as the specification tells. */
class DecoderTest {
    private static final int TIME = 9;
    private static final int BATCH = 3;
    private static final int CLASSES = 4;

    @TempDir
    Path folder;

    /** Scores whose best class is without a tie, drawn from few so that they repeat. */
    private static Grid scores(long seed) {
        Random random = new Random(seed);
        return Grid.filled(at -> random.nextInt(1000) / 8., BATCH, TIME, CLASSES);
    }

    private static int best(Grid scores, int batch, int time) {
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = scores.at(batch, time, c) > scores.at(batch, time, best) ? c : best;
        }
        return best;
    }

    private record Decoded(Grid classes, Grid lengths) {}

    private static Decoded decoded(Grid scores, int[] lengths, int blank, boolean merge) {
        Grid classes = Grid.filled(at -> -1, BATCH, TIME);
        Grid counts = Grid.filled(at -> 0, BATCH);
        for (int b = 0; b < BATCH; b++) {
            int before = -1;
            int at = 0;
            for (int t = 0; t < lengths[b]; t++) {
                int best = best(scores, b, t);
                if (best != blank && !(merge && best == before)) {
                    classes.add(best + 1, b, at++);
                }
                before = best;
            }
            counts.add(at, b);
        }
        return new Decoded(classes, counts);
    }

    @ParameterizedTest
    @CsvSource({"1, true, 3", "2, false, 3", "3, true, 0", "4, false, 1", "5, true, 3"})
    void sequencesOfStatedLength(long seed, boolean merge, int blank) {
        Grid scores = scores(seed);
        int[] lengths = {TIME, 4, 0};
        Decoded wanted = decoded(scores, lengths, blank, merge);
        IrFile file = new IrFile(folder);
        int decoder = file.op(
                "CTCGreedyDecoderSeqLen-6 merge_repeated='" + merge + "'",
                new String[] {"precision='I32'>" + "<dim>3</dim><dim>9</dim>", "precision='I32'><dim>3</dim>"},
                file.input(scores),
                file.input("i32", Grid.of(TIME, 4, 0)),
                file.constant("i32", new Grid(new double[] {blank})));

        List<Grid> found = file.answers(decoder, 2);

        assertThat(found.get(0)).as("seed %d", seed).is(near(wanted.classes()));
        assertThat(found.get(1)).as("seed %d", seed).is(near(wanted.lengths()));
    }

    /** The older form: time first, a mask that ends each sequence at its first zero, floats out. */
    @ParameterizedTest
    @CsvSource({"11, true", "12, false"})
    void sequencesUnderAMask(long seed, boolean merge) {
        Grid scores = scores(seed);
        Grid timeFirst = Grid.filled(at -> scores.at(at[1], at[0], at[2]), TIME, BATCH, CLASSES);
        int[] lengths = {6, TIME, 2};
        Grid mask = Grid.filled(at -> at[0] < lengths[at[1]] || at[0] == 7 && at[1] == 2 ? 1 : 0, TIME, BATCH);
        Grid wanted = decoded(scores, lengths, CLASSES - 1, merge).classes().shaped(BATCH, TIME, 1, 1);
        IrFile file = new IrFile(folder);

        int decoder = file.op(
                "CTCGreedyDecoder-1 ctc_merge_repeated='" + merge + "'",
                port(wanted),
                file.input(timeFirst),
                file.input(mask));

        assertThat(file.answer(decoder)).as("seed %d", seed).is(near(wanted));
    }
}
