package io.edgeai.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.QuickJvm;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real JVMs (SIGKILL) at random moments while they answer, two at a time on one folder, and looks at what is left. The
 * system property {@code edgeai.crash.kills} sets how many (60).
 */
class AnswerJournalCrashIT {
    private static final int KILLS = Integer.getInteger("edgeai.crash.kills", 60);
    private static final long SEED = Long.getLong("edgeai.crash.seed", 20261127L);

    @Test
    void whatWasFlushedOutlivesItsProcess(@TempDir Path dir) throws Exception {
        Path folder = dir.resolve("answers");
        QuickJvm jvm =
                QuickJvm.prepare(dir, Child.class, dir.resolve("rehearsal").toString(), "x", "5");
        Random random = new Random(SEED);
        Set<String> acknowledged = new LinkedHashSet<>();
        for (int kill = 0; kill < KILLS; kill += 2) {
            Process one = jvm.start(dir.resolve("one.err"), folder.toString(), "a" + kill, "1000000");
            Process other = jvm.start(dir.resolve("other.err"), folder.toString(), "b" + kill, "1000000");
            long pause = random.nextInt(150_000_000);
            boolean early = random.nextInt(5) == 0;
            acknowledged.addAll(killed(one, pause, early, dir.resolve("one.err")));
            acknowledged.addAll(killed(other, pause, false, dir.resolve("other.err")));
        }
        assertThat(acknowledged).as("acknowledged, seed %d", SEED).hasSizeGreaterThan(KILLS * 4 / 5);
        int checked = 0;
        for (String id : acknowledged) {
            if (checked++ % Math.max(1, acknowledged.size() / 300) == 0) {
                AnswersFound found = AnswerJournal.find(folder, id);
                assertThat(found.answers()).as("%s, seed %d", id, SEED).hasSize(1);
                assertThat(found.answers().get(0).source()).isEqualTo(Child.source(id));
            }
        }
        Files.writeString(
                Path.of("target", "answers-crash-it.txt"),
                KILLS + " kills, " + acknowledged.size() + " acknowledged answers, all there of those looked for, "
                        + AnswerJournal.find(folder, "").unreadableBytes() + " bytes broke off; seed " + SEED + "\n");
    }

    /**
     * Lets a child answer for a moment, kills it, and returns what it had said to be kept.
     *
     * @param early the moment counts from its start and not from its first answer
     */
    private static List<String> killed(Process child, long pause, boolean early, Path errors) throws Exception {
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine())
                    .as("child start; its errors: %s", Files.readString(errors))
                    .isNotNull();
            List<String> said = new ArrayList<>();
            if (!early) {
                said.add(out.readLine());
            }
            LockSupport.parkNanos(pause);
            child.toHandle().destroyForcibly();
            StringBuilder rest = new StringBuilder();
            for (int c = out.read(); c >= 0; c = out.read()) {
                rest.append((char) c);
            }
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
            int end = rest.lastIndexOf("\n"); // a line without its end is no acknowledgement
            if (end >= 0) {
                rest.substring(0, end).lines().forEach(said::add);
            }
            return said;
        }
    }

    /** Answers and says so once it is flushed. */
    static final class Child {
        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            out.println("started");
            int requests = Integer.parseInt(arguments[2]);
            try (AnswerJournal journal = AnswerJournal.open(JournalSettings.in(Path.of(arguments[0])))) {
                for (int i = 0; i < requests; i++) {
                    String id = arguments[1] + "-" + i;
                    journal.keep(id, null, source(id));
                    if (i % 3 == 0 && journal.flush()) {
                        out.println(id);
                    }
                }
            }
        }

        static AnswerSource source(String id) {
            return new AnswerSource(
                    VersionRef.of("m", 1 + id.hashCode() % 5 * (id.hashCode() % 5)),
                    Digest.of(id.substring(0, 1).getBytes(StandardCharsets.UTF_8)),
                    "default",
                    AnswerRole.ACTIVE,
                    1);
        }
    }
}
