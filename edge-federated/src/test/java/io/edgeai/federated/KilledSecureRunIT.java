package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator of secure sums that is killed in whatever phase it is: the model counts every round once, and whoever was told
 * that its update counts is in it. 6 kills usually, 100 in the full build.
 */
@Timeout(600)
class KilledSecureRunIT {
    private static final int KILLS = Boolean.getBoolean("edgeai.full") ? 100 : 6;
    private static final int ROUNDS = 20 * KILLS;
    private static final long SEED = 12;

    @TempDir
    Path folder;

    @Test
    void everyRoundCountsOnce() throws Exception {
        KilledSecureRun run = new KilledSecureRun(folder, ROUNDS);
        int kills = new KilledProcess(KilledSecureRun.class, folder, ROUNDS)
                .killUntil(run.model(), KILLS, new SplittableRandom(SEED));
        assertThat(kills).as("kills, seed %d", SEED).isPositive();

        Path other = Files.createDirectory(folder.resolve("undisturbed"));
        float[] model = KilledProcess.read(run.model());
        assertThat(model)
                .as("%d kills", kills)
                .isEqualTo(new KilledSecureRun(other, ROUNDS)
                        .federation()
                        .build()
                        .run()
                        .lastParameters());
        Set<String> acknowledged = new HashSet<>(Files.readAllLines(run.acknowledged()));
        assertThat(acknowledged)
                .allMatch(line -> line.endsWith(" true"))
                .hasSize(ROUNDS * KilledSecureRun.PARTICIPANTS);
        for (int i = 0; i < KilledSecureRun.PARTICIPANTS; i++) {
            assertThat(Math.round(model[i])).as("participant %d", i).isEqualTo(ROUNDS);
        }
    }
}
