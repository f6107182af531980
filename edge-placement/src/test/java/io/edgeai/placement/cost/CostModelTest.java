package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import org.junit.jupiter.api.Test;

class CostModelTest {
    private static final Variant VARIANT = Variant.builder("v")
            .accuracy(0.9)
            .sizeBytes(125_000_000)
            .memoryBytes(1_000_000_000)
            .macs(100_000_000)
            .build();
    private static final Site SITE = Site.builder("s")
            .cpuCores(8)
            .memoryBytes(4_000_000_000L)
            .gigaMacsPerSecondPerCore(10)
            .price(new Price(0.8, 0.05, 1, 0.09))
            .power(new Power(40, 120, 70, 500))
            .build();
    private static final Network NETWORK = Network.builder()
            .rtt("a", "s", 4)
            .rtt("b", "s", 10)
            .bandwidth("s", 100)
            .build();

    private static Estimate estimate(Workload workload, Site site) {
        return CostModel.defaults()
                .estimate(
                        workload, workload.variants().get(0), site, site.nodes().get(0), NETWORK);
    }

    @Test
    void latencyIsTheSumOfItsParts() {
        Workload workload = Workload.of("w", VARIANT)
                .cpuCores(1)
                .rate(50)
                .requestBytes(25_000)
                .origin(Origin.of("a", 3))
                .origin("b");
        Estimate estimate = estimate(workload, SITE);
        assertThat(estimate.serviceMillis()).isCloseTo(10, within(1e-9));
        assertThat(estimate.utilisation()).isCloseTo(0.5, within(1e-12));
        assertThat(estimate.transferMillis()).isCloseTo(2, within(1e-9));
        assertThat(estimate.networkMillis()).isEqualTo(10);
        assertThat(estimate.meanNetworkMillis()).isCloseTo((3 * 4 + 10) / 4.0, within(1e-12));
        double queue = 0.5 * 10 / (1 - 0.5) * Math.log(0.5 / 0.01);
        assertThat(estimate.queueMillis()).isCloseTo(queue, within(1e-9));
        assertThat(estimate.latencyMillis()).isCloseTo(10 + 2 + queue + 10, within(1e-9));
        assertThat(estimate.meanLatencyMillis()).isCloseTo(5.5 + 2 + queue + 10, within(1e-9));
    }

    @Test
    void replicasShareTheRate() {
        Estimate estimate = estimate(Workload.of("w", VARIANT).rate(90).replicas(3), SITE);
        assertThat(estimate.ratePerSecond()).isEqualTo(30);
        assertThat(estimate.utilisation()).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void halfACoreTakesTwiceTheTimeAndFourCoresServeFour() {
        assertThat(estimate(Workload.of("w", VARIANT).cpuCores(0.5), SITE).serviceMillis())
                .isCloseTo(20, within(1e-9));
        Estimate four = estimate(Workload.of("w", VARIANT).cpuCores(4).rate(200), SITE);
        assertThat(four.servers()).isEqualTo(4);
        assertThat(four.utilisation()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aMeasurementWinsOverMacs() {
        Variant measured = Variant.builder("m").macs(1e12).measured("cpu", 3).build();
        assertThat(estimate(Workload.of("w", measured), SITE).serviceMillis()).isEqualTo(3);
    }

    @Test
    void aShareOfADeviceSlowsByThatShare() {
        Site site = Site.builder("s")
                .cpuCores(8)
                .memoryBytes(4_000_000_000L)
                .accelerators(2, new Accelerator("t4", 16_000_000_000L, 1000))
                .build();
        Workload workload = Workload.of("w", VARIANT).accelerator("t4", 250, 0);
        assertThat(estimate(workload, site).serviceMillis()).isCloseTo(0.4, within(1e-9));
        assertThat(estimate(workload, site).servers()).isEqualTo(1);
        assertThat(estimate(workload.accelerator("a100", 250, 0), site).serviceMillis())
                .isInfinite();
    }

    @Test
    void moneyIsSummedOverItsParts() {
        Workload workload = Workload.of("w", VARIANT).cpuCores(2).rate(10).requestBytes(100_000);
        double dominant = 0.25;
        double egress = 10.0 * 3600 * 100_000 / 1e9 * 0.09;
        assertThat(estimate(workload, SITE).moneyPerHour()).isCloseTo(dominant * 0.8 + 2 * 0.05 + egress, within(1e-9));
    }

    @Test
    void powerIsItsPartOfIdlePlusWhatIsBusy() {
        Workload workload = Workload.of("w", VARIANT).cpuCores(4).rate(200);
        Estimate estimate = estimate(workload, SITE);
        double watts = 0.5 * 40 + 0.5 * (0.5 * 80);
        assertThat(estimate.watts()).isCloseTo(watts, within(1e-9));
        assertThat(estimate.joulesPerInference()).isCloseTo(watts / 200, within(1e-12));
        assertThat(estimate.gramsPerHour()).isCloseTo(watts / 1000 * 500, within(1e-9));
    }

    @Test
    void theEnergyFactorScalesOnlyWhatIsBusy() {
        Variant frugal =
                Variant.builder("f").macs(100_000_000).energyFactor(0.5).build();
        Workload workload = Workload.of("w", frugal).cpuCores(4).rate(200);
        assertThat(estimate(workload, SITE).watts()).isCloseTo(0.5 * 40 + 0.5 * 0.5 * 40, within(1e-9));
    }

    @Test
    void memoryAndUpdateFollowTheVariant() {
        Estimate estimate = estimate(Workload.of("w", VARIANT), SITE);
        assertThat(estimate.memoryShare()).isEqualTo(0.25);
        assertThat(estimate.updateSeconds()).isCloseTo(10, within(1e-9));
        assertThat(estimate.accuracy()).isEqualTo(0.9);
    }

    @Test
    void variationOfServiceLengthensTheTail() {
        Workload workload = Workload.of("w", VARIANT).rate(50);
        Estimate varied = CostModel.withServiceVariation(0.25)
                .estimate(workload, VARIANT, SITE, SITE.nodes().get(0), NETWORK);
        assertThat(varied.computeMillis()).isCloseTo(10 * (1 + 0.5 * 2.3263478740408408), within(1e-6));
        assertThat(varied.queueMillis())
                .isCloseTo(1.25 * estimate(workload, SITE).queueMillis(), within(1e-9));
        assertThatThrownBy(() -> CostModel.withServiceVariation(-1)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void theNormalQuantileMatchesPublishedValues() {
        assertThat(LatencyModel.normalQuantile(0.5)).isCloseTo(0, within(1e-9));
        assertThat(LatencyModel.normalQuantile(0.975)).isCloseTo(1.959963984540054, within(1e-8));
        assertThat(LatencyModel.normalQuantile(0.999)).isCloseTo(3.090232306167813, within(1e-8));
        assertThat(LatencyModel.normalQuantile(0.01)).isCloseTo(-2.3263478740408408, within(1e-8));
    }

    @Test
    void unknownLinksAndSpeedsAreInfinite() {
        assertThat(estimate(Workload.of("w", VARIANT).origin("nowhere"), SITE).latencyMillis())
                .isInfinite();
        Site unknown = Site.builder("s")
                .cpuCores(1)
                .memoryBytes(1)
                .gigaMacsPerSecondPerCore(0)
                .build();
        assertThat(estimate(Workload.of("w", VARIANT), unknown).latencyMillis()).isInfinite();
    }
}
