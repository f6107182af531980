package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
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
    void noAcknowledgedUpdateIsLostOrCountedTwice() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        KilledRun run = new KilledRun(folder, ROUNDS);
        int kills = 0;
        while (!Files.exists(run.model())) {
            Process process = start();
            boolean ended = kills >= KILLS
                    ? process.waitFor(120, TimeUnit.SECONDS)
                    : process.waitFor(5 + random.nextInt(120), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
                kills++;
            } else {
                assertThat(process.exitValue())
                        .as("after %d kills, seed %d", kills, SEED)
                        .isZero();
            }
        }
        assertThat(kills).as("kills, seed %d", SEED).isPositive();
        float[] model = floats(Files.readAllBytes(run.model()));
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

    private static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }

    /** Returns once its main method runs, so that a kill hits the run and not the start of a JVM. */
    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        KilledRun.class.getName(),
                        folder.toString(),
                        Integer.toString(ROUNDS))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.of(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        Process process = builder.start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(line).isEqualTo("started");
        return process;
    }
}
