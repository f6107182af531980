package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentTest {
    @TempDir
    private Path folder;

    private static PlacementProblem problem() {
        Variant small = Variant.builder("defects@2").memoryBytes(300_000_000).build();
        Workload spread = Workload.of("defects", small).replicas(2).cpuCores(1.5);
        Workload together = Workload.of("reader", Variant.builder("reader@1").build())
                .replicas(3)
                .spread(Spread.NONE);
        List<Site> sites = List.of(
                Site.builder("hall-a").cpuCores(8).memoryBytes(8_000_000_000L).build(),
                Site.builder("hall-b").cpuCores(8).memoryBytes(8_000_000_000L).build());
        return new PlacementProblem(List.of(spread, together), Topology.of(sites));
    }

    @Test
    void aPlanAndItsJsonAskForTheSame() {
        PlacementProblem problem = problem();
        PlacementPlan plan = PlacementEngine.builder().build().place(problem);

        List<PlannedService> services = PlannedService.of(plan);

        assertThat(services.stream().filter(s -> s.workload().equals("defects")).map(PlannedService::site))
                .containsExactlyInAnyOrder("hall-a", "hall-b");
        assertThat(services.stream()
                        .filter(s -> s.workload().equals("reader"))
                        .mapToInt(PlannedService::replicas)
                        .sum())
                .isEqualTo(3);
        assertThat(services.get(0).cpuMillis()).isEqualTo(1500);
        assertThat(services.get(0).memoryBytes()).isEqualTo(300_000_000);
        assertThat(PlannedService.of(plan.toJson(), problem)).isEqualTo(services);
        assertThat(PlannedService.of(plan.toJson(), null)).allMatch(s -> s.cpuMillis() == 0 && s.memoryBytes() == 0);
    }

    @Test
    void twoVariantsOfAWorkloadOnOneSiteAreTwoServices() {
        String plan = "{\"assignments\": [" + at("s", "a") + "," + at("s", "b") + "," + at("t", "a") + "]}";
        List<PlannedService> services = PlannedService.of(plan, null);
        assertThat(services).extracting(PlannedService::name).containsExactly("w/a", "w/b", "w");

        Artifact model = Artifact.of(Models.noise(folder.resolve("m"), 10, 1));
        Deployment deployment = Deployment.of(services, variant -> model);
        assertThat(deployment.sites().get("s")).hasSize(2);
        assertThat(deployment.id())
                .isEqualTo(Deployment.of(services, variant -> model).id());
        Artifact other = Artifact.of(Models.noise(folder.resolve("o"), 10, 2));
        assertThat(deployment.id())
                .isNotEqualTo(Deployment.of(services, variant -> other).id());
    }

    /** 8 inputs in 10 ms keep up with 500 a second, one in 4 ms does not; the bound leaves 12 ms no way. */
    @Test
    void theSizeOfBatchesThatThePlanChoseIsTheServices() {
        Variant faces =
                Variant.builder("faces@1").measured("x", 4).measured("x", 8, 10).build();
        Site site = Site.builder("hall-a")
                .cpuCores(4)
                .memoryBytes(1_000_000_000)
                .hardware("x")
                .build();
        Workload many = Workload.of("many", faces).rate(500).p99(Duration.ofSeconds(1));
        Workload few = Workload.of("few", faces).rate(1).p99(Duration.ofMillis(12));
        Workload open =
                Workload.of("open", Variant.builder("plain").measured("x", 1).build());
        PlacementProblem problem = new PlacementProblem(List.of(many, few, open), Topology.of(List.of(site)));
        PlacementPlan plan = PlacementEngine.builder().build().place(problem);

        List<PlannedService> services = PlannedService.of(plan);

        assertThat(services)
                .extracting(PlannedService::name, PlannedService::batch)
                .containsExactlyInAnyOrder(tuple("many", 8), tuple("few", 1), tuple("open", 0));
        assertThat(PlannedService.of(plan.toJson(), problem)).isEqualTo(services);
        assertThat(PlannedService.of(plan.toJson(), null))
                .as("without the problem nobody knows whether one at a time was a choice")
                .extracting(PlannedService::name, PlannedService::batch)
                .containsExactlyInAnyOrder(tuple("many", 8), tuple("few", 0), tuple("open", 0));
        Artifact model = Artifact.of(Models.noise(folder.resolve("m"), 10, 1));
        assertThat(Deployment.of(services, variant -> model).sites().get("hall-a"))
                .extracting(
                        part -> part.release().service(), part -> part.release().batch())
                .containsExactlyInAnyOrder(tuple("many", 8), tuple("few", 1), tuple("open", 0));
    }

    @Test
    void whereReplicasOfASiteDifferTheSmallestSizeIsTaken() {
        String plan = "{\"assignments\": [" + at("s", "a").replace("}", ", \"batch\": 8}") + ","
                + at("s", "a").replace("}", ", \"batch\": 4}") + "]}";
        assertThat(PlannedService.of(plan, null)).singleElement().satisfies(service -> {
            assertThat(service.batch()).isEqualTo(4);
            assertThat(service.replicas()).isEqualTo(2);
        });
        assertThatThrownBy(() -> PlannedService.of(plan.replace("8}", "\"many\"}"), null))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("batch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"assignments\": 3}", "{\"assignments\": [{\"site\": \"s\"}]}"})
    void whatIsNoPlanIsRefused(String text) {
        assertThatThrownBy(() -> PlannedService.of(text, null)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anEmptyDeploymentIsRefused() {
        assertThatThrownBy(() -> new Deployment(new TreeMap<>()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no sites");
    }

    private static String at(String site, String variant) {
        return "{\"workload\": \"w\", \"replica\": 0, \"node\": \"n\", \"site\": \"" + site + "\", \"variant\": \""
                + variant + "\"}";
    }
}
