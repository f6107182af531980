package io.edgeai.placement.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.autoscale.ScalingTarget.Replicas;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Deployment;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.Rollout;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.ScaledRelease;
import io.edgeai.placement.deploy.Transfer;
import io.edgeai.placement.deploy.export.Plans;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.model.AcceleratorNeed;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EnableKubernetesMockClient(crud = true)
class KubernetesTargetTest {
    private static final String NAMESPACE = "edge";
    private static final PlannedService PLANNED = new PlannedService(
            "west", List.of("a"), "defects", "defects", "defects@1", 500, 1 << 20, AcceleratorNeed.NONE);

    @TempDir
    private Path folder;

    /** Set by the extension. */
    KubernetesClient client;

    private KubernetesTarget target() {
        return KubernetesTarget.of(client, NAMESPACE, List.of(PLANNED), Plans.SETTINGS);
    }

    private static Release release(String variant, int replicas) {
        return new Release("defects", variant, Digest.of(variant.getBytes(StandardCharsets.UTF_8)), replicas);
    }

    /** What the cluster's controllers would write. */
    private void ready(int replicas) {
        client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("defects-west")
                .editStatus(deployment -> {
                    deployment.setStatus(new DeploymentStatusBuilder()
                            .withReadyReplicas(replicas)
                            .build());
                    return deployment;
                });
    }

    @Test
    void releasesBecomeObjectsAndTheirSuccessors() {
        KubernetesTarget target = target();
        assertThat(target.release("defects")).isEmpty();
        assertThat(target.activate(release("defects@1", 1))).isEmpty();

        assertThat(target.activate(release("defects@2", 3))).contains(release("defects@1", 1));

        assertThat(target.release("defects")).contains(release("defects@2", 3));
        var deployment = client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("defects-west")
                .get();
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(3);
        assertThat(deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .anySatisfy(variable -> assertThat(variable.getValue()).isEqualTo("s3://models/defects-2.onnx"));
        assertThat(client.services()
                        .inNamespace(NAMESPACE)
                        .withName("defects-west")
                        .get())
                .isNotNull();

        assertThat(target.deactivate("defects")).contains(release("defects@2", 3));
        assertThat(client.apps().deployments().inNamespace(NAMESPACE).list().getItems())
                .isEmpty();
        assertThat(client.services().inNamespace(NAMESPACE).list().getItems()).isEmpty();
    }

    @Test
    void aServiceIsHealthyWhenAllReplicasAreReady() {
        KubernetesTarget target = target();
        assertThat(target.healthy("defects")).isFalse();
        target.activate(release("defects@1", 2));
        assertThat(target.healthy("defects")).isFalse();
        ready(1);
        assertThat(target.healthy("defects")).isFalse();
        ready(2);
        assertThat(target.healthy("defects")).isTrue();
    }

    @Test
    void readyReplicasAreCountedAndConditionsToldInWords() {
        KubernetesTarget target = target();
        assertThat(target.complaint("defects")).isEmpty();
        assertThat(target.ready("defects")).isZero();
        target.activate(release("defects@1", 3));
        ready(2);
        assertThat(target.ready("defects")).isEqualTo(2);
        assertThat(new ScaledRelease(target, List.of(release("defects@1", 1))).replicas())
                .isEqualTo(new Replicas(2, 1));
        client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("defects-west")
                .editStatus(deployment -> {
                    deployment.setStatus(new DeploymentStatusBuilder()
                            .addNewCondition()
                            .withType("Progressing")
                            .withStatus("True")
                            .endCondition()
                            .addNewCondition()
                            .withType("Available")
                            .withStatus("False")
                            .withReason("MinimumReplicasUnavailable")
                            .endCondition()
                            .addNewCondition()
                            .withType("ReplicaFailure")
                            .withStatus("True")
                            .withReason("FailedCreate")
                            .withMessage("exceeded quota")
                            .endCondition()
                            .build());
                    return deployment;
                });
        assertThat(target.complaint("defects"))
                .isEqualTo("Available is False: MinimumReplicasUnavailable; ReplicaFailure is True: FailedCreate:"
                        + " exceeded quota");
    }

    @Test
    void aRolloutThatNeverGetsReadyIsUndone() {
        KubernetesTarget target = target();
        Artifact model = Artifact.of(Models.noise(folder.resolve("m"), 100, 1));
        Deployment deployment = Deployment.of(List.of(PLANNED), variant -> model);
        Map<String, DeploymentTarget> targets = Map.of("west", target);

        RolloutReport report = Rollout.builder(deployment, targets)
                .health(Duration.ZERO, Duration.ofMillis(1))
                .build()
                .run();

        assertThat(report.completed()).isFalse();
        assertThat(report.sentBytes()).as("pods fetch for themselves").isZero();
        assertThat(target.fetch(model, Progress.NONE)).isEqualTo(Transfer.NOTHING);
        assertThat(client.apps().deployments().inNamespace(NAMESPACE).list().getItems())
                .isEmpty();
    }

    @Test
    void whatIsNotPlannedOrNotThereIsNamed() {
        assertThatThrownBy(() -> target().release("other"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[defects]");
        try (DeploymentTarget nobody =
                KubernetesSites.connect("http://127.0.0.1:1", NAMESPACE, List.of(PLANNED), Plans.SETTINGS)) {
            assertThatThrownBy(() -> nobody.release("defects")).isInstanceOf(RemoteUnavailableException.class);
        }
    }
}
