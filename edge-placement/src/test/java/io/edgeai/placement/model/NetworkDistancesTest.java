package io.edgeai.placement.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distances on the globe against published ones and against the angle between vectors; links given and estimated. */
class NetworkDistancesTest {
    private static Site site(String id, double latitude, double longitude) {
        return Site.builder(id)
                .cpuCores(1)
                .memoryBytes(1)
                .at(latitude, longitude)
                .build();
    }

    /** Published great-circle distances between airports in statute miles, on the ellipsoid: 0.6 % from the sphere. */
    @ParameterizedTest
    @CsvSource({
        "40.6398,-73.7789,51.4706,-0.4619,3451",
        "1.3502,103.9944,40.6925,-74.1687,9534",
        "-33.9461,151.1772,32.8968,-97.0380,8578",
        "-31.9403,115.9669,51.4706,-0.4619,9010",
        "-37.0081,174.7917,25.2731,51.6081,9032",
        "33.9425,-118.4081,40.6398,-73.7789,2475"
    })
    void airportsAreAsFarApartAsPublished(double lat1, double lon1, double lat2, double lon2, double miles) {
        double kilometres = new Coordinates(lat1, lon1).kilometresTo(new Coordinates(lat2, lon2));
        assertThat(kilometres).isCloseTo(miles * 1.609344, Percentage.withPercentage(0.6));
    }

    @Test
    void quartersOfTheGlobeAreQuartersOfItsCircumference() {
        double quarter = Math.PI * 6371.0088 / 2;
        Coordinates origin = new Coordinates(0, 0);
        assertThat(origin.kilometresTo(new Coordinates(90, 0))).isCloseTo(quarter, within(1e-6));
        assertThat(origin.kilometresTo(new Coordinates(-90, 77))).isCloseTo(quarter, within(1e-6));
        assertThat(origin.kilometresTo(new Coordinates(0, 90))).isCloseTo(quarter, within(1e-6));
        assertThat(origin.kilometresTo(new Coordinates(0, 180))).isCloseTo(2 * quarter, within(1e-6));
        assertThat(new Coordinates(90, 5).kilometresTo(new Coordinates(-90, -70)))
                .isCloseTo(2 * quarter, within(1e-6));
        assertThat(new Coordinates(0, 179.5).kilometresTo(new Coordinates(0, -179.5)))
                .as("across the date line")
                .isCloseTo(quarter / 90, within(1e-6));
        assertThat(new Coordinates(52, 13).kilometresTo(new Coordinates(52, 13)))
                .isZero();
    }

    @Test
    void distancesEqualTheAngleBetweenVectorsAndAreAMetric() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            Coordinates a = anywhere(random);
            Coordinates b = anywhere(random);
            Coordinates c = anywhere(random);
            double ab = a.kilometresTo(b);
            assertThat(ab).as("seed %d", seed).isCloseTo(byVectors(a, b), within(1e-3));
            assertThat(b.kilometresTo(a)).as("seed %d", seed).isCloseTo(ab, within(1e-9));
            assertThat(a.kilometresTo(c) + c.kilometresTo(b))
                    .as("seed %d: no detour is shorter", seed)
                    .isGreaterThanOrEqualTo(ab - 1e-6);
            assertThat(ab).isBetween(0.0, Math.PI * 6371.0088 + 1e-6);
        }
    }

    private static Coordinates anywhere(Random random) {
        return new Coordinates(random.nextDouble() * 180 - 90, random.nextDouble() * 360 - 180);
    }

    private static double byVectors(Coordinates a, Coordinates b) {
        double[] u = vector(a);
        double[] v = vector(b);
        double dot = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        double x = u[1] * v[2] - u[2] * v[1];
        double y = u[2] * v[0] - u[0] * v[2];
        double z = u[0] * v[1] - u[1] * v[0];
        return 6371.0088 * Math.atan2(Math.sqrt(x * x + y * y + z * z), dot);
    }

    private static double[] vector(Coordinates at) {
        double phi = Math.toRadians(at.latitude());
        double lambda = Math.toRadians(at.longitude());
        return new double[] {Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)};
    }

    @Test
    void anEstimatedLinkIsAccessPlusTwiceTheStretchedDistanceAtTwoHundredKilometresAMillisecond() {
        Site pole = site("pole", 90, 0);
        double quarter = Math.PI * 6371.0088 / 2;
        Network plain = Network.ofCoordinates();
        assertThat(plain.rttMillis(Origin.at("o", 1, 0, 0), pole)).isCloseTo(1 + 2 * quarter * 2 / 200, within(1e-9));
        Network straight = Network.builder().stretch(1).accessMillis(0).build();
        assertThat(straight.rttMillis(Origin.at("o", 1, 0, 0), pole)).isCloseTo(quarter / 100, within(1e-9));
        assertThat(plain.rttMillis(Origin.at("o", 1, 90, 123), pole))
                .as("every meridian ends there")
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void estimatesAreSymmetricAndGrowWithDistance() {
        Network network = Network.builder().accessMillis(0.5).stretch(1.5).build();
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Coordinates a = anywhere(random);
            Coordinates b = anywhere(random);
            double there = network.rttMillis(
                    Origin.at("a", 1, a.latitude(), a.longitude()), site("b", b.latitude(), b.longitude()));
            double back = network.rttMillis(
                    Origin.at("b", 1, b.latitude(), b.longitude()), site("a", a.latitude(), a.longitude()));
            assertThat(there).as("seed %d", seed).isCloseTo(back, within(1e-9));
            assertThat(there).as("seed %d", seed).isCloseTo(0.5 + a.kilometresTo(b) * 3 / 200, within(1e-9));
        }
    }

    @Test
    void aGivenLinkWinsInItsDirectionOnly() {
        Network network = Network.builder().rtt("berlin", "munich", 7.5).build();
        Site munich = site("munich", 48.1351, 11.5820);
        Site berlin = site("berlin", 52.52, 13.405);
        assertThat(network.rttMillis(Origin.at("berlin", 1, 52.52, 13.405), munich))
                .isEqualTo(7.5);
        assertThat(network.rttMillis(Origin.of("berlin"), munich)).isEqualTo(7.5);
        assertThat(network.rttMillis(Origin.at("munich", 1, 48.1351, 11.5820), berlin))
                .as("504 km")
                .isCloseTo(1 + 504 * 4 / 200.0, within(0.05));
    }

    @Test
    void withoutLinkAndCoordinatesOfBothThereIsNoWay() {
        Network network = Network.builder().rtt("o", "other", 1).build();
        Site blind = Site.builder("blind").cpuCores(1).memoryBytes(1).build();
        assertThat(network.rttMillis(Origin.of("o"), blind)).isInfinite();
        assertThat(network.rttMillis(Origin.at("o", 1, 0, 0), blind)).isInfinite();
        assertThat(network.rttMillis(Origin.of("o"), site("s", 0, 0))).isInfinite();
        assertThat(network.rttMillis(Origin.at("o", 1, 0, 0), site("s", 0, 0))).isEqualTo(1);
    }

    @Test
    void aLinkGivenAgainReplacesTheFirst() {
        Network network = Network.builder().rtt("o", "s", 5).rtt("o", "s", 6).build();
        assertThat(network.links()).hasToString("{o={s=6.0}}");
        assertThat(Network.builder().rtt("o", "s", 0).build().rttMillis(Origin.of("o"), site("s", 0, 0)))
                .isZero();
    }

    @Test
    void bandwidthIsTheSitesOrTheDefault() {
        Site a = site("a", 0, 0);
        Site b = site("b", 0, 0);
        assertThat(Network.ofCoordinates().megabitsPerSecond(a)).isEqualTo(1000);
        Network network =
                Network.builder().defaultBandwidth(50).bandwidth("a", 0.5).build();
        assertThat(network.megabitsPerSecond(a)).isEqualTo(0.5);
        assertThat(network.megabitsPerSecond(b)).isEqualTo(50);
    }

    @Test
    void linksAreListedSortedAndApart() {
        Network.Builder builder =
                Network.builder().matrix(List.of("z", "a"), List.of("s2", "s1"), new double[][] {{1, 2}, {3, 4}});
        Network network = builder.build();
        builder.rtt("z", "s2", 99);
        assertThat(network.links()).hasToString("{a={s1=4.0, s2=3.0}, z={s1=2.0, s2=1.0}}");
        network.links().clear();
        assertThat(network.links()).hasSize(2);
    }

    @Test
    void matricesOfAnotherShapeAreNamed() {
        assertThatThrownBy(() -> Network.builder().matrix(List.of("a"), List.of("s"), new double[][] {{1}, {2}}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2) rows for (1) origins")
                .hasMessageContaining("Maybe rows and columns are swapped");
        assertThatThrownBy(
                        () -> Network.builder().matrix(List.of("a", "b"), List.of("s"), new double[][] {{1}, {2, 3}}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Row (1) of the matrix has (2) columns for (1) sites");
        assertThatThrownBy(() -> Network.builder().matrix(List.of("a"), List.of("s", "t"), new double[][] {{1, -4}}))
                .hasMessageContaining("Round-trip time from (a) to (t) (-4.0)");
    }

    /** Requests that come from where a site stands, written by the site's id alone. */
    @Test
    void anOriginOfASitesIdIsWhereThatSiteIs() {
        Site here = site("here", 48, 11);
        Site there = site("there", 52, 13);
        Site nowhere = Site.builder("nowhere").cpuCores(1).memoryBytes(1).build();
        Network network = Topology.of(List.of(here, there, nowhere)).network();

        assertThat(network.rttMillis(Origin.of("here"), here)).isEqualTo(1);
        assertThat(network.rttMillis(Origin.of("here"), there))
                .isEqualTo(network.rttMillis(Origin.at("elsewhere", 1, 48, 11), there))
                .isGreaterThan(5);
        assertThat(network.rttMillis(Origin.at("here", 1, 52, 13), there))
                .as("coordinates of its own win")
                .isEqualTo(1);
        assertThat(network.rttMillis(Origin.of("nowhere"), nowhere)).isEqualTo(1);
        assertThat(network.rttMillis(Origin.of("nowhere"), here)).isInfinite();
        assertThat(network.rttMillis(Origin.of("hre"), here)).isInfinite();
        Topology given = Topology.of(
                List.of(here, there),
                Network.builder().rtt("here", "there", 7).rtt("here", "here", 3).build());
        assertThat(given.network().rttMillis(Origin.of("here"), there)).isEqualTo(7);
        assertThat(given.network().rttMillis(Origin.of("here"), here)).isEqualTo(3);
        assertThat(new Topology(List.of(there), given.network()).network().rttMillis(Origin.of("here"), there))
                .as("also once the site is gone")
                .isEqualTo(7);
    }
}
