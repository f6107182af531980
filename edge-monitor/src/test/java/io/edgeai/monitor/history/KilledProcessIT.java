package io.edgeai.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they append, one after the other on the same log. */
class KilledProcessIT {
    private static final int ROUNDS = Boolean.getBoolean("edgeai.full") ? 40 : 4;

    @TempDir
    private Path dir;

    private List<Long> read() {
        List<Long> found = new ArrayList<>();
        SegmentLog.read(
                dir,
                "log",
                record -> found.add(Long.parseLong(
                        StandardCharsets.US_ASCII.decode(record).toString().split(" ")[0])));
        return found;
    }

    /** Kills the process once it said that it appended so many, and tells the last that it said. */
    private long run(long from, int appended) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                AppendingProcess.class.getName(),
                dir.toString(),
                Long.toString(from));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            long last = -1;
            for (int i = 0; i < appended; i++) {
                last = Long.parseLong(out.readLine());
            }
            process.destroyForcibly();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as("128 + SIGKILL").isEqualTo(137);
            return last;
        }
    }

    @Test
    void whatWasAppendedBeforeAKillIsThereAndTheLogGoesOn() throws Exception {
        Random random = new Random(9);
        long next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long said = run(next, 1 + random.nextInt(3000));
            List<Long> found = read();
            assertThat(found).as("round %s", round).hasSizeGreaterThan((int) said);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).as("round %s", round).isEqualTo(i);
            }
            next = found.size();
        }
    }
}
