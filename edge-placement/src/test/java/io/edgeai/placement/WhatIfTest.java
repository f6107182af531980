package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.List;
import org.junit.jupiter.api.Test;

class WhatIfTest {
    private static final PlacementEngine ENGINE = PlacementEngine.builder()
            .strategy(PlacementStrategies.costEfficient())
            .build();

    /** One core each; cheap costs 0.1 and dear 0.3 an hour. */
    private final PlacementPlan plan = ENGINE.place(new PlacementProblem(
            List.of(Samples.workload("w")), Topology.of(List.of(site("cheap", 0.1), site("dear", 0.3)))));

    private static Site site(String id, double price) {
        return Site.builder(id)
                .cpuCores(1)
                .memoryBytes(4_000_000_000L)
                .pricePerCoreHour(price)
                .build();
    }

    @Test
    void aLostSiteMovesItsReplicaAndCostsTheDifference() {
        WhatIf.Answer answer = ENGINE.whatIf(plan).withoutSite("cheap").answer();
        assertThat(answer.moved()).isEqualTo(1);
        assertThat(answer.lost()).isZero();
        assertThat(answer.moneyPerHourDelta()).isCloseTo(0.3 - 0.1, within(1e-12));
        assertThat(answer.objectiveDelta()).isPositive();
    }

    @Test
    void bothSitesLostLeaveNothing() {
        WhatIf.Answer answer =
                ENGINE.whatIf(plan).withoutSite("cheap").withoutSite("dear").answer();
        assertThat(answer.after().feasible()).isFalse();
        assertThat(answer.lost()).isEqualTo(1);
        assertThat(answer.moved()).isEqualTo(1);
    }

    @Test
    void aCheaperSiteAndAnotherPriceAreTaken() {
        assertThat(ENGINE.whatIf(plan)
                        .with(site("free", 0.01))
                        .answer()
                        .after()
                        .of("w")
                        .get(0)
                        .site()
                        .id())
                .isEqualTo("free");
        WhatIf.Answer discount = ENGINE.whatIf(plan)
                .site("dear", site -> site.toBuilder().pricePerCoreHour(0.05).build())
                .answer();
        assertThat(discount.moneyPerHourDelta()).isCloseTo(0.05 - 0.1, within(1e-12));
    }

    @Test
    void workloadsComeChangeAndGo() {
        Workload second = Samples.workload("second");
        assertThat(ENGINE.whatIf(plan).with(second).answer().after().assignments())
                .hasSize(2);
        assertThat(ENGINE.whatIf(plan)
                        .with(second)
                        .workload("w", w -> w.replicas(2))
                        .answer()
                        .lost())
                .isEqualTo(1);
        assertThat(ENGINE.whatIf(plan).withoutWorkload("w").answer().after().assignments())
                .isEmpty();
        assertThat(ENGINE.whatIf(plan).rate("w", 1000).answer().lost())
                .as("a core serves about 100 a second")
                .isEqualTo(1);
    }

    @Test
    void questionsAboutWhatIsNotThereAreRefused() {
        assertThatThrownBy(() -> ENGINE.whatIf(plan).withoutSite("x"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no site (x)");
        assertThatThrownBy(() -> ENGINE.whatIf(plan).rate("x", 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no workload (x)");
        assertThatThrownBy(() -> ENGINE.whatIf(plan).with(site("dear", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("dear");
    }
}
