package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Coordinators in processes of their own, killed by SIGKILL at moments left to chance, against one that was left alone: the
 * same bits, every acknowledged update counted once. 6 kills; 100 with {@code -Dedgeai.full=true}.
 */
@Timeout(600)
class KilledCoordinatorIT {
    private static final int KILLS = Boolean.getBoolean("edgeai.full") ? 100 : 6;
    private static final int ROUNDS = 60 * KILLS;
    private static final long SEED = 11;

    @TempDir
    Path folder;

    @Test
    void noAcknowledgedUpdateIsLostOrCountedTwice(TestReporter reporter) throws Exception {
        KilledRun run = new KilledRun(folder, ROUNDS);
        int kills = new KilledProcess(KilledRun.class, folder, ROUNDS)
                .killUntil(run.model(), KILLS, new SplittableRandom(SEED));
        reporter.publishEntry("kills", Integer.toString(kills));
        assertThat(kills).as("kills, seed %d", SEED).isPositive();
        float[] model = KilledProcess.read(run.model());
        assertThat(model).as("%d kills", kills).isEqualTo(undisturbed());
        assertCountedOnce(model, Files.readAllLines(run.acknowledged()));
    }

    private float[] undisturbed() throws IOException {
        Path other = Files.createDirectory(folder.resolve("undisturbed"));
        return new KilledRun(other, ROUNDS).federation().build().run().lastParameters();
    }

    /** The distinct acknowledgements of a participant are exactly the ones its place in the model has counted. */
    private static void assertCountedOnce(float[] model, List<String> lines) {
        Set<String> distinct = new HashSet<>(lines);
        assertThat(distinct).allMatch(line -> line.endsWith(" true")).hasSize(ROUNDS * KilledRun.SELECTED);
        for (int i = 0; i < KilledRun.PARTICIPANTS; i++) {
            String own = " " + i + " true";
            assertThat(model[i]).as("participant %d, seed %d", i, SEED).isEqualTo((float)
                    distinct.stream().filter(line -> line.endsWith(own)).count());
        }
    }
}
