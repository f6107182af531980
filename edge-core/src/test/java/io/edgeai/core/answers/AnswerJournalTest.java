package io.edgeai.core.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.HandSetClock;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerJournalTest {
    private static final AnswerSource FIRST =
            new AnswerSource(VersionRef.of("m", 1), Digest.of(new byte[] {1}), "default", AnswerRole.ACTIVE, 1);
    private static final AnswerSource SECOND =
            new AnswerSource(VersionRef.of("m", 2), Digest.of(new byte[] {2}), "default", AnswerRole.ACTIVE, 1);
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir
    Path dir;

    private final HandSetClock clock = new HandSetClock(NOON);

    private JournalSettings settings() {
        return JournalSettings.in(dir.resolve("answers")).clock(clock).node("hall-a");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("answers"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void saysWhoAnsweredAlsoAfterItWasClosed() {
        AnsweredRequest expected = new AnsweredRequest("r-1", NOON, FIRST, "0bfe935e70c321c7", "hall-a");
        try (AnswerJournal journal = AnswerJournal.open(settings())) {
            journal.keep("r-1", "u", FIRST);
            journal.keep("r-2", null, SECOND);
            assertThat(journal.answered("r-1").answers()).containsExactly(expected);
            assertThat(journal.answered("r-2").answers())
                    .containsExactly(new AnsweredRequest("r-2", NOON, SECOND, "", "hall-a"));
            assertThat(journal.answered("r-3").answers()).isEmpty();
            assertThat(journal.kept()).isEqualTo(2);
        }
        AnswersFound found = AnswerJournal.find(dir.resolve("answers"), "r-1");
        assertThat(found).isEqualTo(new AnswersFound(List.of(expected), 1, java.util.Optional.of(NOON), 0, 0));
    }

    @Test
    void anIdThatComesAgainHasAllItsAnswersOldestFirst() {
        try (AnswerJournal journal = AnswerJournal.open(settings());
                AnswerJournal other = AnswerJournal.open(settings().node("hall-b"))) {
            journal.keep("1", null, FIRST);
            clock.advance(Duration.ofSeconds(1));
            other.keep("1", null, SECOND);
            assertThat(other.flush()).isTrue();
            clock.advance(Duration.ofSeconds(1));
            journal.keep("1", null, SECOND);
            assertThat(journal.answered("1").answers())
                    .extracting(
                            AnsweredRequest::node,
                            answer -> answer.source().version().number())
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("hall-a", 1),
                            org.assertj.core.groups.Tuple.tuple("hall-b", 2),
                            org.assertj.core.groups.Tuple.tuple("hall-a", 2));
        }
    }

    @Test
    void ofVeryManyTheLatestAreGivenAndAllAreCounted() {
        try (AnswerJournal journal = AnswerJournal.open(settings())) {
            for (int i = 0; i < 1500; i++) {
                clock.advance(Duration.ofMillis(1));
                journal.keep("same", null, FIRST);
            }
            AnswersFound found = journal.answered("same");
            assertThat(found.matches()).isEqualTo(1500);
            assertThat(found.answers()).hasSize(1000);
            assertThat(found.answers().get(999).at()).isEqualTo(NOON.plusMillis(1500));
        }
    }

    @Test
    void staysBelowItsBoundAndForgetsTheOldest() throws IOException {
        JournalSettings small = settings().maxBytes(1 << 20);
        int requests = 20_000;
        try (AnswerJournal journal = AnswerJournal.open(small)) {
            for (int i = 0; i < requests; i++) {
                journal.keep(i + "-".repeat(100), null, FIRST);
                if (i % 200 == 0) {
                    assertThat(journal.flush()).isTrue();
                }
            }
            assertThat(journal.flush()).isTrue();
            assertThat(journal.dropped()).isZero();
        }
        long bytes = 0;
        for (Path file : files()) {
            assertThat(Files.size(file)).isLessThanOrEqualTo(1 << 17);
            bytes += Files.size(file);
        }
        assertThat(bytes).isBetween(7L << 17, 1L << 20);
        int kept = 0;
        int firstKept = requests;
        for (int i = requests - 1; i >= 0; i -= 500) {
            boolean found = !AnswerJournal.find(small.folder(), i + "-".repeat(100))
                    .answers()
                    .isEmpty();
            kept += found ? 1 : 0;
            firstKept = found ? i : firstKept;
        }
        assertThat(kept).as("all from the first on").isEqualTo((requests - 1 - firstKept) / 500 + 1);
        assertThat(kept * 55_000L).isBetween(6L << 17, 1L << 20);
    }

    @Test
    void forgetsWhatIsTooOld() throws IOException {
        JournalSettings aDay = settings().maxAge(Duration.ofDays(1));
        try (AnswerJournal journal = AnswerJournal.open(aDay)) {
            for (int hour = 0; hour <= 48; hour++) {
                journal.keep("hour " + hour, null, FIRST);
                assertThat(journal.flush()).isTrue();
                clock.advance(Duration.ofHours(1));
            }
            assertThat(journal.answered("hour 48").since().orElseThrow())
                    .as("a day, and an eighth of one at most")
                    .isBetween(NOON.plus(Duration.ofHours(48 - 24 - 6)), NOON.plus(Duration.ofHours(48 - 24)));
            for (int hour = 24; hour <= 48; hour++) {
                assertThat(journal.answered("hour " + hour).answers()).hasSize(1);
            }
        }
        assertThat(files()).hasSizeBetween(8, 11);
    }

    /** Who answers never waits for the disk; what found no room is counted, and the files tell. */
    @Test
    void dropsAndCountsWhatTheWriterCannotTake() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Clock stalling = new Clock() {
            @Override
            public long millis() {
                if (Thread.currentThread().getName().startsWith("edgeai-answers")) {
                    arrived.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return NOON.toEpochMilli();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }
        };
        try (AnswerJournal journal = AnswerJournal.open(settings().clock(stalling))) {
            arrived.await(); // it prunes at its beginning, and stands
            for (int i = 0; i < 8192 + 100; i++) {
                journal.keep("r" + i, null, FIRST);
            }
            assertThat(journal.dropped()).isEqualTo(100);
            go.countDown();
            AnswersFound last = journal.answered("r8191");
            assertThat(last.answers()).hasSize(1);
            assertThat(last.dropped()).isEqualTo(100);
            assertThat(journal.answered("r8192").answers()).isEmpty();
            assertThat(journal.kept()).isEqualTo(8192);
        }
    }

    @Test
    void goesOnWhenTheDiskDoesAndSaysWhatItMissed() throws IOException {
        Path folder = dir.resolve("answers");
        try (AnswerJournal journal = AnswerJournal.open(settings())) {
            Files.delete(folder);
            Files.writeString(folder, "no folder");
            journal.keep("lost", null, FIRST);
            assertThat(journal.flush()).isTrue();
            assertThat(journal.dropped()).isEqualTo(1);
            Files.delete(folder);
            Files.createDirectory(folder);
            journal.keep("found", null, FIRST);
            AnswersFound found = journal.answered("found");
            assertThat(found.answers()).hasSize(1);
            assertThat(found.dropped()).isEqualTo(1);
            assertThat(journal.answered("lost").answers()).isEmpty();
        }
    }

    @Test
    void aFileThatSomebodyRemovesIsBegunAnew() throws IOException {
        try (AnswerJournal journal = AnswerJournal.open(settings())) {
            journal.keep("before", null, FIRST);
            assertThat(journal.answered("before").answers()).hasSize(1);
            Files.delete(files().get(0));
            journal.keep("after", null, FIRST);
            assertThat(journal.answered("after").answers()).hasSize(1);
            assertThat(journal.dropped()).isZero();
        }
    }

    @Test
    void afterClosingEverythingIsDroppedAndNothingHangs() {
        AnswerJournal journal = AnswerJournal.open(settings());
        journal.keep("a", null, FIRST);
        journal.close();
        journal.close();
        journal.keep("b", null, FIRST);
        assertThat(journal.dropped()).isEqualTo(1);
        assertThat(journal.answered("a").answers()).hasSize(1);
        assertThat(journal.answered("b").answers()).isEmpty();
    }

    @Test
    void filesOfOthersAreLeftAlone() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("answers"));
        List<String> theirs = new ArrayList<>(List.of("notes.txt", "answers-1.log", "answers-000000000000000-xyz.log"));
        for (String name : theirs) {
            Files.writeString(folder.resolve(name), "r-1");
        }
        try (AnswerJournal journal = AnswerJournal.open(settings().maxAge(Duration.ofMinutes(1)))) {
            journal.keep("r-1", null, FIRST);
            assertThat(journal.answered("r-1").unreadableBytes()).isZero();
        }
        assertThat(files()).hasSize(4);
    }

    @Test
    void wrongSettingsAreRefused() {
        assertThatThrownBy(() -> settings().maxBytes(1000)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> settings().maxAge(Duration.ofSeconds(59))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> settings().node("")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new AnswerSource(FIRST.version(), FIRST.digest(), "e", AnswerRole.ARM, 1.5))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new AnswerSource(FIRST.version(), FIRST.digest(), "e".repeat(201), AnswerRole.ARM, 1))
                .isInstanceOf(InvalidInputException.class);
    }
}
