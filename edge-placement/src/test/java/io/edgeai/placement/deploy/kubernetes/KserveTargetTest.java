package io.edgeai.placement.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Deployment;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.Rollout;
import io.edgeai.placement.deploy.RolloutEvent;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.ScaledRelease;
import io.edgeai.placement.deploy.Transfer;
import io.edgeai.placement.deploy.export.Plans;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.model.AcceleratorNeed;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EnableKubernetesMockClient(crud = true, https = false)
class KserveTargetTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "edge";
    private static final String ALL = "/apis/serving.kserve.io/v1beta1/namespaces/edge/inferenceservices";
    private static final PlannedService PLANNED = new PlannedService(
            "west", List.of("a"), "defects", "defects", "defects@2", 500, 1 << 20, AcceleratorNeed.NONE, 8);

    @TempDir
    private Path folder;

    /** Set by the extension. */
    KubernetesClient client;

    /** Set by the extension. */
    KubernetesMockServer server;

    private KserveTarget target(int canaryPercent) {
        return KserveTarget.of(client, NAMESPACE, List.of(PLANNED), Plans.SETTINGS, canaryPercent);
    }

    private static Release release(String variant, int replicas) {
        return new Release("defects", variant, Digest.of(variant.getBytes(StandardCharsets.UTF_8)), replicas, 8);
    }

    private Resource<GenericKubernetesResource> resource() {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("serving.kserve.io")
                        .withVersion("v1beta1")
                        .withKind("InferenceService")
                        .withPlural("inferenceservices")
                        .withNamespaced(true)
                        .build())
                .inNamespace(NAMESPACE)
                .withName("defects-west");
    }

    private JsonNode live() {
        try {
            return JSON.readTree(Serialization.asJson(resource().get()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void edit(Consumer<ObjectNode> change) {
        resource().edit(found -> {
            try {
                ObjectNode tree = (ObjectNode) JSON.readTree(Serialization.asJson(found));
                change.accept(tree);
                return Serialization.unmarshal(tree.toString(), GenericKubernetesResource.class);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** What the cluster's controllers would write. */
    private void status(String json) {
        edit(tree -> {
            try {
                tree.set("status", JSON.readTree(json));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static String condition(String type, String status) {
        return "{\"type\": \"" + type + "\", \"status\": \"" + status + "\"}";
    }

    private static String ready() {
        return "{\"conditions\": [" + condition("PredictorReady", "True") + ", " + condition("Ready", "True") + "]}";
    }

    @Test
    void releasesBecomeInferenceServicesAndTheirSuccessors() {
        KserveTarget target = target(100);
        assertThat(target.release("defects")).isEmpty();
        assertThat(target.activate(release("defects@1", 1))).isEmpty();
        edit(tree -> {
            tree.withObject("metadata").withObject("annotations").put("serving.kserve.io/enable-metrics", "true");
            tree.withObject("spec").withObject("predictor").put("serviceAccountName", "s3-reader");
        });

        assertThat(target.activate(release("defects@2", 3))).contains(release("defects@1", 1));

        assertThat(target.release("defects")).contains(release("defects@2", 3));
        JsonNode live = live();
        assertThat(live.get("apiVersion").textValue()).isEqualTo("serving.kserve.io/v1beta1");
        assertThat(live.get("kind").textValue()).isEqualTo("InferenceService");
        JsonNode predictor = live.at("/spec/predictor");
        assertThat(predictor.get("minReplicas").intValue()).isEqualTo(3);
        assertThat(predictor.get("maxReplicas").intValue()).isEqualTo(3);
        assertThat(predictor.at("/model/storageUri").textValue()).isEqualTo("s3://models/defects-2.onnx");
        assertThat(predictor.at("/model/protocolVersion").textValue()).isEqualTo("v2");
        assertThat(predictor.at("/model/modelFormat/name").textValue()).isEqualTo("onnx");
        assertThat(predictor.at("/model/args/0").textValue()).endsWith("max-batch-size=8");
        assertThat(predictor.at("/nodeSelector").get("edgeai.io/site").textValue())
                .isEqualTo("west");
        assertThat(predictor.get("serviceAccountName").textValue())
                .as("another's field")
                .isEqualTo("s3-reader");
        assertThat(live.at("/metadata/annotations")
                        .get("serving.kserve.io/enable-metrics")
                        .textValue())
                .isEqualTo("true");

        assertThat(target.deactivate("defects")).contains(release("defects@2", 3));
        assertThat(resource().get()).isNull();
        assertThat(target.deactivate("defects")).isEmpty();
    }

    @Test
    void aServiceIsHealthyWhenWhatWasLastAskedForIsReady() {
        KserveTarget target = target(100);
        assertThat(target.healthy("defects")).isFalse();
        assertThat(target.complaint("defects")).isEmpty();
        target.activate(release("defects@1", 2));
        assertThat(target.healthy("defects")).isFalse();
        status("{\"conditions\": [" + condition("Ready", "Unknown") + "]}");
        assertThat(target.healthy("defects")).isFalse();
        status(ready());
        assertThat(target.healthy("defects")).isTrue();
        assertThat(target.ready("defects")).isEqualTo(2);
        assertThat(target.complaint("defects")).isEmpty();

        String conditions = ready().substring(1, ready().length() - 1);
        assertThat(live().at("/metadata/generation").intValue()).isPositive();
        status("{\"observedGeneration\": 0, " + conditions + "}");
        assertThat(target.healthy("defects")).as("of the spec before").isFalse();
        status("{\"observedGeneration\": 99, " + conditions + "}");
        assertThat(target.healthy("defects")).isTrue();
        status(
                "{\"components\": {\"predictor\": {\"latestCreatedRevision\": \"d-2\", \"latestReadyRevision\": \"d-1\"}}, "
                        + conditions + "}");
        assertThat(target.healthy("defects")).as("the revision before").isFalse();
        status("{\"modelStatus\": {\"transitionStatus\": \"InProgress\"}, " + conditions + "}");
        assertThat(target.healthy("defects")).isFalse();
    }

    @Test
    void aRolloutThatNeverGetsReadyIsUndoneAndSaysWhy() {
        KserveTarget target = target(100);
        Artifact model = Artifact.of(Models.noise(folder.resolve("m"), 100, 1));
        Deployment deployment = Deployment.of(List.of(PLANNED), variant -> model);
        Map<String, DeploymentTarget> targets = Map.of("west", target);
        long[] now = {0};

        RolloutReport report = Rollout.builder(deployment, targets)
                .health(Duration.ofSeconds(30), Duration.ofSeconds(10))
                .time(() -> now[0], nanos -> {
                    now[0] += nanos;
                    status("{\"conditions\": [{\"type\": \"PredictorReady\", \"status\": \"False\", \"reason\":"
                            + " \"RevisionFailed\", \"message\": \"no image\"}], \"modelStatus\": {\"transitionStatus\":"
                            + " \"BlockedByFailedLoad\", \"lastFailureInfo\": {\"reason\": \"ModelLoadFailed\","
                            + " \"message\": \"no such key\"}}}");
                })
                .build()
                .run();

        assertThat(report.completed()).isFalse();
        assertThat(report.reason())
                .contains("did not answer within (PT30S)")
                .contains("PredictorReady is False: RevisionFailed: no image")
                .contains("model is BlockedByFailedLoad: ModelLoadFailed: no such key");
        assertThat(report.sentBytes()).as("pods fetch for themselves").isZero();
        assertThat(target.fetch(model, Progress.NONE)).isEqualTo(Transfer.NOTHING);
        assertThat(resource().get()).isNull();
    }

    private int canary() {
        return live().at("/spec/predictor").path("canaryTrafficPercent").asInt(100);
    }

    private RolloutReport follow(KserveTarget target, boolean gate, List<String> seen) {
        status(ready());
        Artifact second = Artifact.of(Models.noise(folder.resolve("m2"), 100, 2));
        Deployment deployment = Deployment.of(List.of(PLANNED), variant -> second);
        Map<String, DeploymentTarget> targets = Map.of("west", target);
        long[] now = {0};
        return Rollout.builder(deployment, targets)
                .waves(1)
                .soak(Duration.ofMinutes(10))
                .time(() -> now[0], nanos -> now[0] += nanos)
                .gate(wave -> {
                    seen.add(canary() + " % at " + Duration.ofNanos(now[0]));
                    return gate;
                })
                .onEvent(event -> seen.add(event.kind().name()))
                .build()
                .run();
    }

    @Test
    void aReleaseThatFollowsGetsAShareUntilTheGateSaysYes() {
        KserveTarget target = target(10);
        target.activate(release("defects@1", 1));
        assertThat(canary()).as("the first has all").isEqualTo(100);
        assertThat(target.promote("defects")).isFalse();
        List<String> seen = new ArrayList<>();

        assertThat(follow(target, true, seen).completed()).isTrue();

        assertThat(seen)
                .containsSubsequence(RolloutEvent.Kind.DONE.name(), "10 % at PT10M", RolloutEvent.Kind.PROMOTED.name());
        assertThat(canary()).isEqualTo(100);
        assertThat(live().at("/spec/predictor/model/storageUri").textValue()).endsWith("defects-2.onnx");
        assertThat(live().at("/metadata/annotations").has("edgeai.io/before")).isFalse();
        assertThat(target.promote("defects")).isFalse();
    }

    @Test
    void aGateThatSaysNoGivesTheCanaryNoRequestsAnyMore() {
        KserveTarget target = target(10);
        Release first = release("defects@1", 1);
        target.activate(first);

        assertThat(follow(target, false, new ArrayList<>()).completed()).isFalse();

        assertThat(target.release("defects")).contains(first);
        assertThat(live().at("/spec/predictor/model/storageUri").textValue()).endsWith("defects-1.onnx");
        assertThat(canary()).as("the revision before keeps all requests").isZero();
        target.activate(first.replicas(2));
        assertThat(canary()).isEqualTo(100);
    }

    /** The process dies while the gate is asked: the next one asks it again, without another ten minutes, and promotes. */
    @Test
    void aRolloutThatGoesOnPromotesWhatItsPredecessorLeft() {
        KserveTarget target = target(10);
        target.activate(release("defects@1", 1));
        status(ready());
        Artifact second = Artifact.of(Models.noise(folder.resolve("m2"), 100, 2));
        Deployment deployment = Deployment.of(List.of(PLANNED), variant -> second);
        long[] now = {0};
        Rollout.Builder rollout = Rollout.builder(deployment, Map.of("west", target))
                .soak(Duration.ofMinutes(10))
                .journal(folder.resolve("journal"))
                .time(() -> now[0], nanos -> now[0] += nanos);
        assertThatThrownBy(() -> rollout.gate(wave -> {
                            throw new IllegalStateException("killed");
                        })
                        .build()
                        .run())
                .hasMessage("killed");
        assertThat(canary()).isEqualTo(10);
        long before = now[0];

        assertThat(rollout.gate(wave -> true).build().run().completed()).isTrue();

        assertThat(canary()).isEqualTo(100);
        assertThat(now[0]).isEqualTo(before);
    }

    @Test
    void scalingAndRepeatingLeaveACanaryAsItIs() {
        KserveTarget target = target(20);
        target.activate(release("defects@1", 1));
        target.activate(release("defects@2", 1));
        target.activate(release("defects@2", 1));
        ScaledRelease scaled = new ScaledRelease(target, List.of(release("defects@2", 1)));
        scaled.apply(new ScalingDecision(4, 0, ""));

        assertThat(canary()).isEqualTo(20);
        assertThat(live().at("/spec/predictor/minReplicas").intValue()).isEqualTo(4);
        assertThat(live().at("/spec/predictor/maxReplicas").intValue()).isEqualTo(4);
        scaled.apply(new ScalingDecision(0, 0, ""));
        assertThat(resource().get()).isNull();
    }

    private void answer(String method, String path, int code, int times) {
        var status = new StatusBuilder()
                .withCode(code)
                .withStatus("Failure")
                .withMessage("the object has been modified")
                .build();
        (method.equals("PUT") ? server.expect().put() : server.expect().post())
                .withPath(path)
                .andReturn(code, status)
                .times(times);
    }

    @Test
    void aChangeByAnotherMeanwhileIsMadeAnewThreeTimesAtMost() {
        KserveTarget target = target(100);
        target.activate(release("defects@1", 1));
        answer("PUT", ALL + "/defects-west", 409, 2);
        assertThat(target.activate(release("defects@1", 2))).contains(release("defects@1", 1));
        assertThat(target.release("defects")).contains(release("defects@1", 2));

        answer("PUT", ALL + "/defects-west", 409, 3);
        assertThatThrownBy(() -> target.activate(release("defects@1", 3)))
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("409")
                .hasMessageContaining("another");
        assertThat(target.release("defects")).contains(release("defects@1", 2));
    }

    /** The version that an object had when it was read is what is written against. */
    @Test
    void whatAnotherWroteMeanwhileIsNotOverwritten() {
        KserveTarget target = target(100);
        target.activate(release("defects@1", 1));
        GenericKubernetesResource old = resource().get();
        edit(tree -> tree.withObject("spec").withObject("predictor").put("serviceAccountName", "s3-reader"));

        server.expect()
                .get()
                .withPath(ALL + "/defects-west")
                .andReturn(200, old)
                .once();

        assertThat(target.activate(release("defects@1", 2))).contains(release("defects@1", 1));

        assertThat(live().at("/spec/predictor/minReplicas").intValue()).isEqualTo(2);
        assertThat(live().at("/spec/predictor/serviceAccountName").textValue()).isEqualTo("s3-reader");
    }

    @Test
    void whatIsNotThereIsNamed() {
        KserveTarget target = target(100);
        assertThatThrownBy(() -> target.release("other"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[defects]");
        answer("POST", ALL, 404, 1);
        assertThatThrownBy(() -> target.activate(release("defects@1", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(edge)")
                .hasMessageContaining("Maybe install KServe");
        assertThatThrownBy(() -> KubernetesSites.kserve("http://127.0.0.1:1", NAMESPACE, List.of(), Plans.SETTINGS, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
        assertThat(resource().get()).isNull();
    }

    @Test
    void theServerIsReachedByItsAddress() {
        String address = client.getMasterUrl().toString();
        Release first = release("defects@1", 2);
        try (DeploymentTarget target =
                KubernetesSites.kserve(address, NAMESPACE, List.of(PLANNED), Plans.SETTINGS, 10)) {
            assertThat(target.activate(first)).isEmpty();
            assertThat(target.release("defects")).contains(first);
        }
        assertThat(live().at("/spec/predictor/minReplicas").intValue()).isEqualTo(2);
    }

    @Test
    void aServerThatIsGoneIsSaidSo() {
        String address = client.getMasterUrl().toString();
        try (DeploymentTarget target = KubernetesSites.kserve(address, NAMESPACE, List.of(PLANNED), Plans.SETTINGS)) {
            target.activate(release("defects@1", 1));
            server.shutdown();
            assertThatThrownBy(() -> target.activate(release("defects@1", 2)))
                    .isInstanceOf(RemoteUnavailableException.class)
                    .hasMessageContaining("Maybe it cannot be reached");
        }
    }
}
