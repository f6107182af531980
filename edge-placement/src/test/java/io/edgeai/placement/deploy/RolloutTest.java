package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.deploy.RolloutEvent.Kind;
import io.edgeai.placement.deploy.RolloutReport.SiteState;
import io.edgeai.placement.deploy.RolloutReport.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutTest {
    @TempDir
    private Path folder;

    private final List<RolloutEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong now = new AtomicLong();

    private Rollout.Builder quick(Fleet fleet) {
        return fleet.rollout()
                .health(Duration.ofSeconds(2), Duration.ofMillis(500))
                .time(now::get, now::addAndGet)
                .onEvent(events::add);
    }

    @Test
    void sitesFollowInWavesAndEachIsToldOf() {
        Fleet fleet = new Fleet(folder, 10);

        RolloutReport report = quick(fleet).waves(0.1, 0.5, 1).build().run();

        assertThat(report.status()).isEqualTo(Status.COMPLETED);
        assertThat(report.count(SiteState.DONE)).isEqualTo(10);
        assertThat(fleet.runningNew()).isEqualTo(10);
        assertThat(report.sentBytes()).isEqualTo(10 * fleet.v2.sizeBytes());
        assertThat(sites(Kind.DONE, 1)).containsExactly("site-00");
        assertThat(sites(Kind.DONE, 2)).containsExactlyInAnyOrder("site-01", "site-02", "site-03", "site-04");
        assertThat(sites(Kind.DONE, 3)).hasSize(5);
        int firstDone = kinds().indexOf(Kind.DONE);
        assertThat(kinds().subList(0, firstDone))
                .as("all are fetched first")
                .hasSize(10)
                .containsOnly(Kind.FETCHED);
        assertThat(kinds().subList(kinds().lastIndexOf(Kind.FETCHED) + 1, kinds().size()))
                .startsWith(Kind.DONE, Kind.WAVE, Kind.DONE);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "0, 1, false", "1, 1, true", "1, 2, false", "3, 3, true"})
    void moreFailuresThanTheBudgetUndoEverything(int budget, int silent, boolean completes) {
        Fleet fleet = new Fleet(folder, 6);
        fleet.sites.values().stream().limit(silent).forEach(site -> site.healthy(false));

        RolloutReport report =
                quick(fleet).failureBudget(budget).waves(1).build().run();

        assertThat(report.completed()).isEqualTo(completes);
        assertThat(fleet.runningNew()).isEqualTo(completes ? 6 - silent : 0);
        assertThat(fleet.runningOld()).isEqualTo(completes ? silent : 6);
        assertThat(report.count(SiteState.RESTORED)).isEqualTo(completes ? silent : 6);
        if (!completes) {
            assertThat(report.reason())
                    .contains("(" + silent + ") sites failed")
                    .contains("did not answer within");
        }
    }

    @Test
    void aBadFirstWaveLeavesTheOthersUntouched() {
        Fleet fleet = new Fleet(folder, 10);
        fleet.sites.get("site-00").healthy(false);

        RolloutReport report = quick(fleet).build().run();

        assertThat(report.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(report.sites().get("site-00")).isEqualTo(SiteState.RESTORED);
        assertThat(report.count(SiteState.UNTOUCHED)).isEqualTo(9);
        assertThat(fleet.runningOld()).isEqualTo(10);
    }

    @Test
    void aSiteDoneThatFallsSilentLaterCounts() {
        Fleet fleet = new Fleet(folder, 4);
        Rollout rollout = quick(fleet)
                .waves(0.25, 1)
                .onEvent(event -> {
                    if (event.kind() == Kind.DONE && event.wave() == 2) {
                        fleet.sites.get("site-00").healthy(false);
                    }
                })
                .build();

        assertThat(rollout.run().status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(fleet.runningOld()).isEqualTo(4);
    }

    /** Two waves of ten minutes each; a site that falls silent in the first one's sixth minute undoes it. */
    @ParameterizedTest
    @CsvSource({"false, 20", "true, 12"})
    void aWaveSoaksAndIsAskedAgain(boolean fallsSilent, long minutes) {
        Fleet fleet = new Fleet(folder, 4);
        Rollout rollout = quick(fleet)
                .waves(0.5, 1)
                .soak(Duration.ofMinutes(10))
                .health(Duration.ofMinutes(2), Duration.ofSeconds(1))
                .time(now::get, nanos -> {
                    boolean sixth = now.addAndGet(nanos) > Duration.ofMinutes(5).toNanos();
                    fleet.sites.get("site-00").healthy(!(fallsSilent && sixth));
                })
                .build();

        assertThat(rollout.run().completed()).isEqualTo(!fallsSilent);

        assertThat(Duration.ofNanos(now.get()).toMinutes()).isEqualTo(minutes);
        assertThat(fleet.runningNew()).isEqualTo(fallsSilent ? 0 : 4);
        assertThatThrownBy(() -> fleet.rollout().soak(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aSiteLostOnTheWayIsPutBackWhenItIsFound() {
        Fleet fleet = new Fleet(folder, 4);
        Path journal = folder.resolve("journal");
        Rollout rollout = quick(fleet)
                .waves(0.5, 1)
                .journal(journal)
                .onEvent(event -> {
                    if (event.kind() == Kind.WAVE) {
                        fleet.sites.get("site-01").lose();
                    }
                })
                .build();

        RolloutReport lost = rollout.run();

        assertThat(lost.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(lost.sites().get("site-01")).isEqualTo(SiteState.LOST);
        assertThat(fleet.runningOld()).isEqualTo(3);

        fleet.sites.get("site-01").find();
        RolloutReport found = quick(fleet).journal(journal).build().run();

        assertThat(found.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(found.count(SiteState.LOST)).isZero();
        assertThat(fleet.runningOld()).isEqualTo(4);
    }

    @Test
    void aLostSiteWithinTheBudgetIsPutBackByTheNextRun() {
        Fleet fleet = new Fleet(folder, 4);
        Path journal = folder.resolve("journal");
        RolloutReport first = quick(fleet)
                .waves(0.25, 1)
                .failureBudget(1)
                .journal(journal)
                .onEvent(event -> {
                    if (event.kind() == Kind.WAVE && event.wave() == 1) {
                        fleet.sites.get("site-00").lose();
                    }
                })
                .build()
                .run();
        assertThat(first.completed()).isTrue();
        assertThat(first.sites().get("site-00")).isEqualTo(SiteState.LOST);

        fleet.sites.get("site-00").find();
        RolloutReport second =
                quick(fleet).failureBudget(1).journal(journal).build().run();

        assertThat(second.completed()).isTrue();
        assertThat(second.sites().get("site-00")).isEqualTo(SiteState.RESTORED);
        assertThat(fleet.seen("site-00")).isEqualTo(SiteState.UNTOUCHED);
        assertThat(fleet.runningNew()).isEqualTo(3);
    }

    @Test
    void theGateHasTheLastWord() {
        Fleet fleet = new Fleet(folder, 4);

        RolloutReport report =
                quick(fleet).waves(0.5, 1).gate(wave -> wave < 2).build().run();

        assertThat(report.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(report.reason()).contains("gate after wave (2)");
        assertThat(fleet.runningOld()).isEqualTo(4);
    }

    @Test
    void cancellingPutsEverythingBack() {
        Fleet fleet = new Fleet(folder, 6);
        AtomicReference<Rollout> rollout = new AtomicReference<>();
        rollout.set(quick(fleet)
                .waves(0.5, 1)
                .onEvent(event -> {
                    if (event.kind() == Kind.WAVE) {
                        rollout.get().cancel();
                    }
                })
                .build());

        RolloutReport report = rollout.get().run();

        assertThat(report.reason()).isEqualTo("it was cancelled");
        assertThat(report.count(SiteState.RESTORED)).isEqualTo(3);
        assertThat(report.count(SiteState.UNTOUCHED)).isEqualTo(3);
        assertThat(fleet.runningOld()).isEqualTo(6);
    }

    @Test
    void anInterruptPutsEverythingBackBeforeItIsPassedOn() {
        Fleet fleet = new Fleet(folder, 4);
        Thread caller = Thread.currentThread();

        RolloutReport report = quick(fleet)
                .waves(0.5, 1)
                .journal(folder.resolve("journal"))
                .onEvent(event -> {
                    if (event.kind() == Kind.DONE) {
                        caller.interrupt();
                    }
                })
                .build()
                .run();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.reason()).isEqualTo("it was cancelled");
        assertThat(report.count(SiteState.RESTORED)).isEqualTo(2);
        assertThat(fleet.runningOld()).isEqualTo(4);
    }

    @Test
    void aPausedRolloutWaitsForTheWord() throws Exception {
        Fleet fleet = new Fleet(folder, 4);
        CompletableFuture<RolloutEvent> waits = new CompletableFuture<>();
        Rollout rollout = quick(fleet)
                .onEvent(event -> {
                    if (event.kind() == Kind.PAUSED) {
                        waits.complete(event);
                    }
                })
                .build();
        rollout.pause();
        CompletableFuture<RolloutReport> running = CompletableFuture.supplyAsync(rollout::run);

        assertThat(waits.get(1, TimeUnit.MINUTES).kind()).isEqualTo(Kind.PAUSED);
        assertThat(running).isNotDone();
        assertThat(fleet.runningOld()).isEqualTo(4);
        rollout.resume();

        assertThat(running.get(1, TimeUnit.MINUTES).completed()).isTrue();
    }

    @Test
    void settingsThatCannotBeMeantAreRefused() {
        Fleet fleet = new Fleet(folder, 2);
        assertThatThrownBy(() -> Rollout.builder(fleet.deployment, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("site-00")
                .hasMessageContaining("Maybe");
        for (double[] shares : new double[][] {{}, {0.5}, {0, 1}, {0.5, 0.5, 1}, {1.5}, {Double.NaN, 1}}) {
            assertThatThrownBy(() -> fleet.rollout().waves(shares)).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> fleet.rollout().failureBudget(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> fleet.rollout().parallelSites(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> fleet.rollout().health(Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOf(InvalidInputException.class);
    }

    private List<Kind> kinds() {
        return events.stream().map(RolloutEvent::kind).toList();
    }

    private List<String> sites(Kind kind, int wave) {
        return events.stream()
                .filter(event -> event.kind() == kind && event.wave() == wave)
                .map(RolloutEvent::site)
                .toList();
    }
}
