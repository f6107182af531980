package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.RolloutReport.SiteState;
import io.edgeai.placement.deploy.agent.SiteAgent;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {
    private static final String TOKEN = "sixteen or more letters";

    @TempDir
    private Path folder;

    @Test
    void registeredVersionsReachAgentsAndFolders() {
        try (EdgeAI edge = EdgeAI.builder().home(folder.resolve("home")).build();
                SiteAgent agent =
                        SiteAgent.builder(folder.resolve("a")).token(TOKEN).start()) {
            ModelVersion version = Fixtures.times(edge, "double", 2);
            PlacementPlan plan = edge.place(edge.workload(version).replicas(2).p99(Duration.ofSeconds(1)))
                    .across(List.of(site("a"), site("b")));

            RolloutReport report = edge.deploy(plan)
                    .agent("a", agent.uri(), TOKEN)
                    .directory("b", folder.resolve("b"))
                    .run();

            assertThat(report.completed()).as(report.reason()).isTrue();
            assertThat(report.count(SiteState.DONE)).isEqualTo(2);
            for (String site : List.of("a", "b")) {
                assertThat(folder.resolve(site)
                                .resolve("blobs")
                                .resolve(version.digest().hex()))
                        .hasSameBinaryContentAs(edge.registry().file(version.ref()));
            }
            assertThat(Files.exists(folder.resolve("b/live/double.json"))).isTrue();
        }
    }

    @Test
    void theNextVersionIsSentAsADifference() {
        try (EdgeAI edge = EdgeAI.builder().home(folder.resolve("home")).build()) {
            edge.registry().register("noise", padded(2), registration -> {});
            ModelVersion second = edge.registry().register("noise", padded(3), registration -> {});
            deploy(edge, Workload.of("noise", Variant.builder("noise@1").build()));

            RolloutReport report =
                    deploy(edge, Workload.of("noise", Variant.builder("noise@2").build()));

            assertThat(report.sent().get("a").delta()).isTrue();
            assertThat(report.sentBytes()).isLessThan(second.sizeBytes() / 4);
            assertThat(folder.resolve("a/blobs").resolve(second.digest().hex())).hasBinaryContent(padded(3));
        }
    }

    @Test
    void whatCannotBeDeployedIsNamed() {
        try (EdgeAI edge = EdgeAI.builder().home(folder.resolve("home")).build()) {
            Workload unknown = Workload.of("w", Variant.builder("plain").build());
            assertThatThrownBy(() -> deploy(edge, unknown))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("plain")
                    .hasMessageContaining("Maybe");
            PlacementPlan none = edge.place(unknown.cpuCores(100)).across(List.of(site("a")));
            assertThatThrownBy(() -> edge.deploy(none)).isInstanceOf(NoFeasiblePlacementException.class);
            PlacementPlan plan = edge.place(unknown).across(List.of(site("a")));
            assertThatThrownBy(() -> edge.deploy(plan)
                            .directory("a", folder.resolve("a"))
                            .directory("a", folder.resolve("b")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("two targets");
        }
    }

    @Test
    void clustersAreReachedByTheirClientWhichIsNamedWhereItIsMissing() {
        ExportSettings settings = ExportSettings.of("edgeai/serve:1", variant -> URI.create("s3://models/" + variant));
        try (EdgeAI edge = EdgeAI.builder().home(folder.resolve("home")).build()) {
            PlacementPlan plan = edge.place(
                            Workload.of("w", Variant.builder("plain").build()))
                    .across(List.of(site("a")));
            assertThatThrownBy(() -> edge.deploy(plan).kserve("a", "edge", settings, 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(0)");
            assertThatThrownBy(() -> edge.deploy(plan).kserve("a", "edge", settings, 10))
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessageContaining("io.fabric8:kubernetes-client");
            assertThatThrownBy(() -> edge.deploy(plan).kubernetes("a", "edge", settings))
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessageContaining("io.fabric8:kubernetes-client");
        }
    }

    private RolloutReport deploy(EdgeAI edge, Workload workload) {
        return edge.deploy(edge.place(workload).across(List.of(site("a"))))
                .directory("a", folder.resolve("a"))
                .run();
    }

    /** A model with 4 kB of weights that nothing reads, and one factor. */
    private static byte[] padded(float factor) {
        OnnxGraph graph = OnnxReader.read(Fixtures.times(factor));
        graph.initializers().put("spare", OnnxTensor.ofFloats(weights(), 1000));
        return OnnxWriter.toBytes(graph);
    }

    private static float[] weights() {
        SplittableRandom random = new SplittableRandom(1);
        float[] weights = new float[1000];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble();
        }
        return weights;
    }

    private static Site site(String id) {
        return Site.builder(id).cpuCores(4).memoryBytes(1_000_000_000).build();
    }
}
