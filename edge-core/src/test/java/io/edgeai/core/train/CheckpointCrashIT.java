package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a JVM that writes checkpoints without pause; what lies there afterwards is a whole one, and no older than said. */
class CheckpointCrashIT {
    private static final int KILLS = 8;
    private static final int SIZE = 300_000;

    @TempDir
    Path folder;

    @Test
    void aKilledWriterLeavesAWholeCheckpoint() throws Exception {
        Random random = new Random(20261125);
        Path file = folder.resolve("run.ckpt");
        long last = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path log = folder.resolve("log" + kill);
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            file.toString(),
                            Long.toString(last))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                Ample.await().until(() -> said(log) > 0);
                LockSupport.parkNanos(random.nextInt(60_000_000));
            } finally {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
            long said = said(log);
            Checkpoint left = Checkpoint.read(file);
            assertThat(left.position().step()).as("kill " + kill).isBetween(Math.max(last, said), said + 1);
            assertThat(left.vector("theta"))
                    .containsOnly((float) left.position().step());
            last = left.position().step();
        }
        assertThat(last).isGreaterThanOrEqualTo(KILLS);
    }

    /** The last number in a log whose last line may be cut off. */
    private static long said(Path log) throws IOException {
        String text = Files.readString(log);
        String[] whole = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
        return whole[0].isEmpty() ? 0 : Long.parseLong(whole[whole.length - 1]);
    }

    /** The child: writes checkpoint after checkpoint and says each number once it is written. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            Path file = Path.of(arguments[0]);
            float[] theta = new float[SIZE];
            for (long step = Long.parseLong(arguments[1]) + 1; Files.exists(file.getParent()); step++) {
                Arrays.fill(theta, (float) step);
                new Checkpoint(
                                new Checkpoint.Position(Digest.of(new byte[0]), "sgd", 1, 1, 0, step, 0),
                                new TrainingHistory(List.of()),
                                Map.of("theta", theta))
                        .write(file);
                System.out.println(step);
                System.out.flush();
            }
        }
    }
}
