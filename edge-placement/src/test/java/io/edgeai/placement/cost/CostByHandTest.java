package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Money, energy, carbon and each part of latency, worked out by hand. */
class CostByHandTest {
    private static final Offset<Double> TIGHT = within(1e-9);
    private static final long GB = 1_000_000_000L;

    private static Site site(Price price, Power power, int devices) {
        return Site.builder("s")
                .cpuCores(10)
                .memoryBytes(20 * GB)
                .gigaMacsPerSecondPerCore(5)
                .accelerators(devices, new Accelerator("t4", 16 * GB, 2000))
                .price(price)
                .power(power)
                .build();
    }

    private static Variant variant(long memory, double macs) {
        return Variant.builder("v").memoryBytes(memory).macs(macs).build();
    }

    private static Estimate estimate(Workload workload, Site site) {
        return estimate(workload, site, Network.ofCoordinates());
    }

    private static Estimate estimate(Workload workload, Site site, Network network) {
        return CostModel.defaults()
                .estimate(
                        workload, workload.variants().get(0), site, site.nodes().get(0), network);
    }

    /** 10 cores, 20 GB and devices for 10 an hour: the largest of the three shares is charged. */
    @ParameterizedTest
    @CsvSource({
        "1000, 1, 0, 0, 1.0",
        "5000, 1, 0, 0, 5.0",
        "1000, 8, 0, 0, 4.0",
        "1000, 20, 0, 0, 10.0",
        "1000, 1, 2, 1000, 5.0",
        "1000, 1, 4, 1000, 2.5",
        "1000, 1, 1, 250, 2.5",
        "6000, 1, 2, 1000, 6.0",
        "0, 0, 0, 0, 0.0"
    })
    void aNodesPriceIsChargedByTheLargestShare(long cpu, long memoryGb, int devices, int milli, double money) {
        Workload workload = Workload.of("w", variant(memoryGb * GB, 1)).cpuMillis(cpu);
        if (milli > 0) {
            workload = workload.accelerator("t4", milli, 0);
        }
        assertThat(estimate(workload, site(new Price(10, 0, 0, 0), Power.UNKNOWN, devices))
                        .moneyPerHour())
                .isCloseTo(money, TIGHT);
    }

    @Test
    void coresDevicesAndEgressAreChargedEach() {
        Workload workload = Workload.of("w", variant(GB, 1))
                .cpuMillis(2500)
                .accelerator("t4", 400, 0)
                .rate(8)
                .replicas(2)
                .requestBytes(250_000);
        assertThat(estimate(workload, site(new Price(0, 0.2, 0, 0), Power.UNKNOWN, 1))
                        .moneyPerHour())
                .isCloseTo(0.5, TIGHT);
        assertThat(estimate(workload, site(new Price(0, 0, 3, 0), Power.UNKNOWN, 1))
                        .moneyPerHour())
                .isCloseTo(1.2, TIGHT);
        assertThat(estimate(workload, site(new Price(0, 0, 0, 0.1), Power.UNKNOWN, 1))
                        .moneyPerHour())
                .as("4/s of 250 kB are 3.6 GB an hour")
                .isCloseTo(0.36, TIGHT);
        assertThat(estimate(workload, site(new Price(2, 0.2, 3, 0.1), Power.UNKNOWN, 1))
                        .moneyPerHour())
                .as("the device share of 0.4 is the largest")
                .isCloseTo(0.8 + 0.5 + 1.2 + 0.36, TIGHT);
    }

    @Test
    void replicasTogetherPayTheSameEgressHoweverMany() {
        Site site = site(new Price(0, 0, 0, 1), Power.UNKNOWN, 0);
        Workload workload = Workload.of("w", variant(0, 0)).rate(60).requestBytes(1000);
        for (int replicas : new int[] {1, 2, 3, 10}) {
            assertThat(replicas * estimate(workload.replicas(replicas), site).moneyPerHour())
                    .isCloseTo(60 * 3600 * 1000 / 1e9, within(1e-12));
        }
    }

    /** 5 ms an inference: 100 requests a second keep half a core busy. */
    @Test
    void powerIsIdleByReservationPlusDynamicByUse() {
        Power power = new Power(50, 150, 0, 400);
        Workload workload = Workload.of("w", variant(GB, 25e6)).cpuMillis(2000).rate(100);
        Estimate estimate = estimate(workload, site(Price.FREE, power, 0));
        assertThat(estimate.serviceMillis()).isCloseTo(5, TIGHT);
        assertThat(estimate.utilisation()).isCloseTo(0.25, TIGHT);
        assertThat(estimate.watts()).isCloseTo(0.2 * 50 + 0.25 * 0.2 * 100, TIGHT);
        assertThat(estimate.joulesPerInference()).isCloseTo(0.15, TIGHT);
        assertThat(estimate.gramsPerHour()).as("15 W at 400 g/kWh").isCloseTo(6, TIGHT);
    }

    @Test
    void aBusyDeviceAddsItsShare() {
        Power power = new Power(100, 100, 70, 1000);
        Workload workload = Workload.of("w", variant(GB, 1e9))
                .cpuMillis(1000)
                .accelerator("t4", 500, 0)
                .rate(400);
        Estimate estimate = estimate(workload, site(Price.FREE, power, 2));
        assertThat(estimate.serviceMillis()).as("half a device takes 1 ms").isCloseTo(1, TIGHT);
        assertThat(estimate.utilisation()).isCloseTo(0.4, TIGHT);
        assertThat(estimate.watts()).isCloseTo(0.25 * 100 + 0.4 * 0.5 * 70, TIGHT);
        assertThat(estimate.gramsPerHour()).isCloseTo(39, TIGHT);
    }

    @Test
    void overloadDrawsNoMoreThanFullPower() {
        Power power = new Power(0, 100, 0, 0);
        Workload workload = Workload.of("w", variant(0, 25e6)).cpuMillis(10_000).rate(1e6);
        Estimate estimate = estimate(workload, site(Price.FREE, power, 0));
        assertThat(estimate.utilisation()).isCloseTo(500, TIGHT);
        assertThat(estimate.watts()).isCloseTo(100, TIGHT);
        assertThat(estimate.latencyMillis()).isInfinite();
    }

    @Test
    void withoutRequestsOnlyTheIdleShareIsDrawn() {
        Workload workload = Workload.of("w", variant(5 * GB, 25e6)).rate(0);
        Estimate estimate = estimate(workload, site(new Price(0, 0, 0, 9), new Power(40, 400, 0, 100), 0));
        assertThat(estimate.watts()).isCloseTo(10, TIGHT);
        assertThat(estimate.joulesPerInference()).isZero();
        assertThat(estimate.moneyPerHour()).isZero();
        assertThat(estimate.queueMillis()).isZero();
        assertThat(estimate.latencyMillis()).isCloseTo(5, TIGHT);
    }

    /** One constant server: P(wait) is the utilisation and the tail falls with twice the rate of M/M/1. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.8, 0.95, 0.99})
    void theQueueOfOneServer(double utilisation) {
        Workload workload = Workload.of("w", variant(0, 50e6)).rate(100 * utilisation);
        Estimate estimate = estimate(workload, site(Price.FREE, Power.UNKNOWN, 0));
        double expected = Math.max(0, 10 / (2 * (1 - utilisation)) * Math.log(utilisation / 0.01));
        assertThat(estimate.queueMillis()).isCloseTo(expected, within(1e-6));
        assertThat(estimate.computeMillis()).isCloseTo(10, TIGHT);
    }

    @Test
    void theQueueOfTwoServers() {
        Workload workload = Workload.of("w", variant(0, 50e6)).cpuMillis(2000).rate(100);
        Estimate estimate = estimate(workload, site(Price.FREE, Power.UNKNOWN, 0));
        assertThat(estimate.servers()).isEqualTo(2);
        assertThat(estimate.utilisation()).isCloseTo(0.5, TIGHT);
        assertThat(estimate.queueMillis())
                .as("P(wait) = 1/3, mean wait of who waits 5 ms")
                .isCloseTo(5 * Math.log(100.0 / 3), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.9, 0.99, 0.999})
    void aHigherQuantileWaitsLonger(double quantile) {
        Site site = site(Price.FREE, Power.UNKNOWN, 0);
        Workload workload = Workload.of("w", variant(0, 50e6)).rate(80).latency(Duration.ofSeconds(9), quantile);
        double expected = quantile <= 0.2 ? 0 : 25 * Math.log(0.8 / (1 - quantile));
        assertThat(estimate(workload, site).queueMillis()).isCloseTo(expected, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"0, 1000, 0", "125000, 1000, 1", "125000, 100, 10", "1000000, 8, 1000", "1, 8, 0.001"})
    void transferIsBitsOverBandwidth(long bytes, double megabits, double millis) {
        Network network = Network.builder().bandwidth("s", megabits).build();
        Workload workload = Workload.of("w", variant(0, 0)).requestBytes(bytes);
        assertThat(estimate(workload, site(Price.FREE, Power.UNKNOWN, 0), network)
                        .transferMillis())
                .isCloseTo(millis, TIGHT);
    }

    @Test
    void theFarthestOriginBoundsAndTheMeanOriginScores() {
        Network network = Network.builder()
                .rtt("near", "s", 2)
                .rtt("mid", "s", 10)
                .rtt("far", "s", 50)
                .build();
        Workload workload = Workload.of("w", variant(0, 0))
                .origin(Origin.of("near", 7))
                .origin(Origin.of("mid", 2))
                .origin(Origin.of("far", 1));
        Estimate estimate = estimate(workload, site(Price.FREE, Power.UNKNOWN, 0), network);
        assertThat(estimate.networkMillis()).isEqualTo(50);
        assertThat(estimate.meanNetworkMillis()).isCloseTo((14 + 20 + 50) / 10.0, TIGHT);
        assertThat(estimate.latencyMillis() - estimate.meanLatencyMillis()).isCloseTo(50 - 8.4, TIGHT);
    }

    @Test
    void clientsAtTheSiteNeedNoNetwork() {
        Estimate estimate = estimate(Workload.of("w", variant(0, 50e6)), site(Price.FREE, Power.UNKNOWN, 0));
        assertThat(estimate.networkMillis()).isZero();
        assertThat(estimate.meanNetworkMillis()).isZero();
        assertThat(estimate.latencyMillis()).isCloseTo(10, TIGHT);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 1, 100",
        "500, 1, 20",
        "1000, 1, 10",
        "1999, 1, 10",
        "2000, 2, 10",
        "4500, 4, 10",
        "0, 1, Infinity"
    })
    void partsOfACoreSlowAndWholeCoresServe(long cpu, int servers, double millis) {
        Workload workload = Workload.of("w", variant(0, 50e6)).cpuMillis(cpu);
        assertThat(LatencyModel.servers(workload)).isEqualTo(servers);
        double service = LatencyModel.serviceMillis(
                workload,
                workload.variants().get(0),
                site(Price.FREE, Power.UNKNOWN, 0).nodes().get(0));
        if (Double.isInfinite(millis)) {
            assertThat(service).isInfinite();
        } else {
            assertThat(service).isCloseTo(millis, TIGHT);
        }
    }

    @Test
    void theFirstDeviceOfTheKindSetsTheSpeed() {
        Node node = new Node(
                "n",
                1000,
                GB,
                GB,
                "cpu",
                1,
                List.of(new Accelerator("t4", GB, 1000), new Accelerator("a100", GB, 5000)));
        Workload workload = Workload.of("w", variant(0, 1e9));
        Variant variant = workload.variants().get(0);
        assertThat(LatencyModel.serviceMillis(workload.accelerator("t4", 1000, 0), variant, node))
                .isCloseTo(1, TIGHT);
        assertThat(LatencyModel.serviceMillis(workload.accelerator("a100", 1000, 0), variant, node))
                .isCloseTo(0.2, TIGHT);
        assertThat(LatencyModel.serviceMillis(workload.accelerator("", 1000, 0), variant, node))
                .isCloseTo(1, TIGHT);
        assertThat(LatencyModel.serviceMillis(workload, variant, node)).isCloseTo(1000, TIGHT);
        Variant measured = Variant.builder("m").macs(1e9).measured("a100", 3).build();
        assertThat(LatencyModel.serviceMillis(workload.accelerator("a100", 500, 0), measured, node))
                .isCloseTo(6, TIGHT);
        assertThat(LatencyModel.serviceMillis(workload.accelerator("t4", 1000, 0), measured, node))
                .as("not measured on it")
                .isCloseTo(1, TIGHT);
    }

    @Test
    void sendingTheModelTakesItsBitsOverTheBandwidth() {
        Variant variant = Variant.builder("v").sizeBytes(50_000_000).build();
        Network network = Network.builder().bandwidth("s", 20).build();
        assertThat(estimate(Workload.of("w", variant), site(Price.FREE, Power.UNKNOWN, 0), network)
                        .updateSeconds())
                .isCloseTo(20, TIGHT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 100.0001, Double.NaN, Double.POSITIVE_INFINITY})
    void aVariationOutOfRangeIsNamed(double scv) {
        assertThatThrownBy(() -> CostModel.withServiceVariation(scv))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + scv + ")");
        assertThat(CostModel.withServiceVariation(100)).isNotNull();
    }

    /** Doubling capacity and load together, or prices, or intensity changes figures as the definitions say. */
    @Test
    void figuresScaleAsTheirDefinitionsSay() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Price price = new Price(random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble());
            Price triple = new Price(
                    3 * price.perNodeHour(),
                    3 * price.perCoreHour(),
                    3 * price.perAcceleratorHour(),
                    3 * price.perEgressGigabyte());
            double idle = random.nextInt(100);
            Power power = new Power(idle, idle + random.nextInt(100), 0, random.nextInt(500));
            Power dirty = new Power(power.idleWatts(), power.busyWatts(), 0, 2 * power.gramsPerKilowattHour());
            Workload workload = Workload.of("w", variant(random.nextInt(2_000_000_000), 1e6 * random.nextInt(50)))
                    .cpuMillis(1 + random.nextInt(9000))
                    .rate(random.nextInt(50))
                    .requestBytes(random.nextInt(100_000));
            Estimate base = estimate(workload, site(price, power, 0));
            Estimate dear = estimate(workload, site(triple, dirty, 0));
            assertThat(dear.moneyPerHour())
                    .as("seed %d", seed)
                    .isCloseTo(3 * base.moneyPerHour(), within(1e-9 * (1 + base.moneyPerHour())));
            assertThat(dear.watts()).as("seed %d", seed).isEqualTo(base.watts());
            assertThat(dear.gramsPerHour()).as("seed %d", seed).isCloseTo(2 * base.gramsPerHour(), within(1e-9));
            assertThat(base.watts()).as("seed %d", seed).isBetween(0.0, power.busyWatts() + 1e-9);
            Estimate busier = estimate(workload.rate(workload.demand().ratePerSecond() + 1), site(price, power, 0));
            assertThat(busier.latencyMillis()).as("seed %d", seed).isGreaterThanOrEqualTo(base.latencyMillis());
            assertThat(busier.watts()).as("seed %d", seed).isGreaterThanOrEqualTo(base.watts() - 1e-12);
        }
    }
}
