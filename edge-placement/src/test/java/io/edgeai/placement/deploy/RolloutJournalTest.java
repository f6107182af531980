package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.deploy.RolloutEvent.Kind;
import io.edgeai.placement.deploy.RolloutReport.Status;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.ServiceRunner;
import io.edgeai.placement.deploy.site.SiteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutJournalTest {
    @TempDir
    private Path folder;

    /** Ends the coordinator as a kill would: nothing after it is done. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aCoordinatorKilledAtAnyEventIsFollowedByOneThatFinishes() {
        for (int kill = 1; kill <= 11; kill++) {
            Path at = folder.resolve("kill" + kill);
            at.toFile().mkdirs();
            Fleet fleet = new Fleet(at, 4);
            Rollout killed = fleet.rollout()
                    .parallelSites(1)
                    .journal(at.resolve("journal"))
                    .onEvent(killAt(kill))
                    .build();
            try {
                killed.run();
            } catch (Killed e) {
                assertThat(fleet.runningNew()).as("kill " + kill).isLessThanOrEqualTo(4);
            }

            RolloutReport report =
                    fleet.rollout().journal(at.resolve("journal")).build().run();

            assertThat(report.status()).as("kill " + kill).isEqualTo(Status.COMPLETED);
            assertThat(fleet.runningNew()).as("kill " + kill).isEqualTo(4);
            fleet.sites.forEach((id, site) -> assertThat(site.sent().values().stream()
                            .mapToInt(times -> times - 1)
                            .sum())
                    .as("chunks resent to " + id)
                    .isLessThanOrEqualTo(2));
        }
    }

    @Test
    void anUndoingThatWasKilledIsFinished() {
        for (int kill = 1; kill <= 8; kill++) {
            Path at = folder.resolve("undo" + kill);
            at.toFile().mkdirs();
            Fleet fleet = new Fleet(at, 4);
            AtomicInteger restored = new AtomicInteger();
            int dies = kill;
            Rollout killed = fleet.rollout()
                    .parallelSites(1)
                    .waves(1)
                    .gate(wave -> false)
                    .journal(at.resolve("journal"))
                    .onEvent(event -> {
                        if (event.kind() == Kind.RESTORED && restored.incrementAndGet() == dies) {
                            throw new Killed();
                        }
                    })
                    .build();
            try {
                killed.run();
            } catch (Killed e) {
                assertThat(restored).hasValue(kill);
            }

            RolloutReport report =
                    fleet.rollout().journal(at.resolve("journal")).build().run();

            assertThat(report.status()).as("kill " + kill).isEqualTo(Status.ROLLED_BACK);
            assertThat(fleet.runningOld()).as("kill " + kill).isEqualTo(4);
        }
    }

    /** The journal stays open until no thread writes to it any more. */
    @Test
    void aStepThatThrowsIsThrownOnWhenTheOthersUnderWayHaveEnded() {
        Fleet fleet = new Fleet(folder, 2);
        CountDownLatch otherUnderWay = new CountDownLatch(1);
        CountDownLatch thrown = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        Rollout rollout = fleet.rollout()
                .parallelSites(2)
                .waves(1)
                .prefetch(false)
                .journal(folder.resolve("journal"))
                .onEvent(event -> {
                    boolean first = event.site().equals("site-00");
                    if (event.kind() == Kind.FETCHED && !first) {
                        otherUnderWay.countDown();
                    }
                    if (event.kind() == Kind.DONE && first) {
                        assertThatCode(otherUnderWay::await).doesNotThrowAnyException();
                        thrown.countDown();
                        throw new Killed();
                    }
                    if (event.kind() == Kind.DONE) {
                        assertThatCode(thrown::await).doesNotThrowAnyException();
                        ended.incrementAndGet();
                    }
                })
                .build();

        assertThatThrownBy(rollout::run).isInstanceOf(Killed.class);

        assertThat(ended).hasValue(1);
        try (RolloutJournal journal = RolloutJournal.open(folder.resolve("journal"), fleet.deployment.id())) {
            assertThat(journal.isDone("site-01")).isTrue();
        }
    }

    /** Whatever prefix of the journal reached the disk, the next coordinator brings every site to the new release. */
    @Test
    void aJournalCutOffAnywhereIsGoneOnWith() throws IOException {
        Fleet fleet = new Fleet(folder, 3);
        Path journal = folder.resolve("journal");
        fleet.rollout().journal(journal).build().run();
        byte[] whole = Files.readAllBytes(journal);
        for (int length = 0; length <= whole.length; length += 17) {
            Files.write(journal, Arrays.copyOf(whole, length));
            RolloutReport report = fleet.rollout().journal(journal).build().run();
            assertThat(report.status()).as("first " + length).isEqualTo(Status.COMPLETED);
            assertThat(fleet.runningNew()).as("first " + length).isEqualTo(3);
        }
    }

    @Test
    void whatWasLiveIsKeptFromTheFirstTry() {
        Fleet fleet = new Fleet(folder, 1);
        Path journal = folder.resolve("journal");
        try (RolloutJournal first = RolloutJournal.open(journal, "d")) {
            first.before("site-00", "defects", Optional.of(fleet.old()));
            first.before("site-00", "defects", Optional.of(fleet.fresh("defects")));
            first.before("site-00", "added", Optional.empty());
        }
        try (RolloutJournal second = RolloutJournal.open(journal, "d")) {
            assertThat(second.before("site-00").get("defects")).contains(fleet.old());
            assertThat(second.before("site-00").get("added")).isEmpty();
            assertThatThrownBy(() -> RolloutJournal.open(journal, "d"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("in use");
        }
        assertThatThrownBy(() -> RolloutJournal.open(journal, "other"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("of deployment (d)");
    }

    @Test
    void aTargetThatNeverHadTheServiceEndsItAgain() {
        Fleet fleet = new Fleet(folder, 1);
        LocalSite fresh = LocalSite.open(SiteStore.open(folder.resolve("fresh")), ServiceRunner.FILES_ONLY);
        TreeMap<String, DeploymentTarget> targets = new TreeMap<>();
        targets.put("site-00", SiteTarget.of(fresh));

        RolloutReport report = Rollout.builder(fleet.deployment, targets)
                .gate(wave -> false)
                .health(Duration.ZERO, Duration.ofMillis(1))
                .build()
                .run();

        assertThat(report.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(fresh.store().releases()).isEmpty();
        assertThat(fresh.artifacts()).as("bytes stay for the next try").containsExactly(fleet.v2.digest());
    }

    private static Consumer<RolloutEvent> killAt(int number) {
        AtomicInteger seen = new AtomicInteger();
        return event -> {
            if (seen.incrementAndGet() >= number) {
                throw new Killed();
            }
        };
    }
}
