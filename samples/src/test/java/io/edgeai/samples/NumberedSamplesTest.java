package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.EdgeAI;
import io.edgeai.Federated;
import io.edgeai.Optimized;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.Outcome;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.source.TokenizerSource;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.core.train.Trained;
import io.edgeai.monitor.alert.Notification;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.autoscale.replay.ReplayReport;
import io.edgeai.placement.deploy.RolloutReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every numbered sample runs and shows what it promises; what it left on disk is read again by other means. */
class NumberedSamplesTest {
    @TempDir
    Path home;

    private final Console console = Console.create();

    @Test
    void registryGoesBackToTheFirstVersion() {
        ModelVersion active = S01_Registry.run(home, console.terminal());

        assertThat(active.ref()).hasToString("digits@1");
        assertThat(console.out()).contains("digits@2", "ROLLED_BACK", "too slow on the old cameras", "as stored: true");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            assertThat(registry.versions("digits"))
                    .extracting(ModelVersion::stage)
                    .containsExactly(Stage.ACTIVE, Stage.ROLLED_BACK);
            assertThat(registry.versions("digits").get(1).tags()).containsEntry("hidden", "16");
        }
    }

    @Test
    void aLifecycleLeadsThroughGatesAndTheAuditAnswersForThePast() throws Exception {
        ModelVersion active = S17_Lifecycle.run(home, console.terminal());

        assertThat(active.ref()).hasToString("digits@2");
        assertThat(console.out())
                .contains("unsigned trusted: false")
                .contains("digits@2 is the canary of digits@1")
                .contains("before the release: digits@1")
                .contains("history as written: true");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            assertThat(registry.versions("digits"))
                    .extracting(ModelVersion::stage)
                    .containsExactly(Stage.SUPERSEDED, Stage.ACTIVE, Stage.REJECTED);
        }
    }

    @Test
    void optimizeKeepsAccuracyInAQuarterOfTheSize() throws Exception {
        Optimized optimized = S02_Optimize.run(home, console.terminal());

        assertThat(optimized.kept()).as(console.out()).isTrue();
        assertThat(optimized.version().ref()).hasToString("digits@2");
        assertThat(optimized.report().accuracyKept()).isGreaterThanOrEqualTo(0.99);
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            List<ModelVersion> versions = registry.versions("digits");
            long before = Files.size(registry.file(versions.get(0).ref()));
            long after = Files.size(registry.file(versions.get(1).ref()));
            assertThat(before).isGreaterThan(4L * 128 * 400);
            assertThat(after).isLessThan(before / 3);
            assertThat(versions.get(1).parent()).contains(versions.get(0).ref());
        }
    }

    @Test
    void placementTakesTheOneSiteThatIsNearAndLargeEnough() {
        PlacementPlan plan = S03_Placement.run(home, console.terminal());

        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
        assertThat(plan.assignments()).hasSize(1);
        assertThat(plan.assignments().get(0).site().id()).isEqualTo("city");
        assertThat(console.out()).contains("rejected factory", "rejected cloud");
    }

    @Test
    void aGangIsPlacedWholeOrNotAtAll() {
        S27_Gangs.Plans plans = S27_Gangs.run(console.terminal());

        assertThat(plans.all().of("faces").get(0).site().id()).isEqualTo("depot");
        assertThat(plans.all().of("worker")).hasSize(4);
        assertThat(plans.proven().objective()).isCloseTo(plans.all().objective(), within(1e-9));
        assertThat(plans.two().missing()).containsExactly(Map.entry("lead", 1), Map.entry("worker", 4));
        assertThat(console.out()).contains("gang (retraining) is placed whole or not at all: (worker) finds no place");
    }

    @Test
    void servingReadsDigitsAndSplitsUsers() {
        int right = S04_Serving.run(home, console.terminal());

        assertThat(right).isGreaterThan(120);
        assertThat(console.out())
                .contains(right + " of 200")
                .contains("200 asynchronous answers")
                .contains("digits@2=1");
    }

    @Test
    void monitoringRaisesOneAlertOnLatency() {
        List<AlertRaised> alerts = S05_Monitoring.run(home, console.terminal());

        assertThat(alerts).hasSize(1);
        assertThat(alerts.get(0).signal()).isEqualTo(SignalKind.LATENCY);
        assertThat(alerts.get(0).version()).hasToString("digits@1");
        assertThat(console.out()).contains("ALERT ", "health before: OptionalDouble[100.0]", "because: ");
    }

    @Test
    void federatedLearnsWhatNoSiteKnewAlone() {
        Federated learned = S06_Federated.run(home, console.terminal());

        assertThat(learned.run().rounds()).hasSize(25);
        assertThat(learned.run().accuracy()).isGreaterThan(0.6);
        assertThat(learned.version().tags()).containsEntry("rounds", "25");
        assertThat(console.out()).contains("round 25: accuracy", "digits@2 reads a ");
    }

    @Test
    void trainingGoesOnWhereItWasCutOff() {
        Trained trained = S07_Training.run(home, console.terminal());

        assertThat(trained.history().epochs()).hasSize(4);
        assertThat(trained.history().last().orElseThrow().score())
                .as(console.out())
                .isGreaterThan(0.8);
        assertThat(console.out()).contains("cancelled after step (40)", "resuming after step 40", "epoch 4: loss");
        assertThat(Checkpoint.read(home.resolve("digits.checkpoint"))).isEqualTo(trained.checkpoint());
    }

    @Test
    void retrainingKeepsAccuracyInATenthOfTheSize() throws Exception {
        Optimized optimized = S08_Retraining.run(home, console.terminal());

        assertThat(optimized.kept()).as(console.out()).isTrue();
        assertThat(optimized.report().accuracyKept()).isGreaterThanOrEqualTo(0.98);
        assertThat(console.out())
                .contains("of 160 channels were pruned")
                .contains("digits@2 is made by structured-pruning+fine-tuning+int8-static");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            List<ModelVersion> versions = registry.versions("digits");
            assertThat(Files.size(registry.file(versions.get(1).ref())))
                    .isLessThan(Files.size(registry.file(versions.get(0).ref())) / 8);
        }
    }

    @Test
    void aPipelineAnswersAsTheWholeAndAPlanPricesEveryCut() throws Exception {
        S09_Partition.Parts parts = S09_Partition.run(home, console.terminal());

        assertThat(parts.pipeline().stages()).hasSize(2);
        assertThat(parts.pipeline().exact()).as(console.out()).isTrue();
        assertThat(parts.answers())
                .hasSize(8)
                .allSatisfy(scores -> assertThat(scores).hasSize(10).doesNotContain(Float.NaN));
        double best = parts.tiers().best().totalMicros();
        assertThat(best)
                .isLessThanOrEqualTo(parts.tiers().allOn(0).totalMicros())
                .isLessThanOrEqualTo(parts.tiers().allOn(1).totalMicros());
        assertThat(parts.tiers().allOn(1).totalMicros())
                .as("2 ms to the site and 2 ms back")
                .isGreaterThan(4000);
        assertThat(console.out()).contains("equal bit by bit", "camera ms", "site ms");
    }

    /** The answers follow from the tree in the sample. */
    @Test
    void aForeignModelAnswersAsItsTreeSaysInBothForms() throws Exception {
        float[][] answers = S10_Formats.run(home, console.terminal());

        assertThat(answers[0]).containsExactly(0.1f, 0.3f, 2.5f, 2.5f);
        assertThat(answers[1]).containsExactly(answers[0]);
        assertThat(console.out()).contains("pump@1", "pump@2", "import-onnx", "XGBoost: [0.1, 0.3, 2.5, 2.5]");
    }

    @Test
    void textsAreReadRightlyAfterTraining() throws Exception {
        assumeTrue(Tokenizers.status().get("huggingface").usable(), "native tokenizers are not usable here");

        double share = S11_Text.run(home, console.terminal());

        assertThat(share).as(console.out()).isGreaterThan(0.9);
        assertThat(console.out())
                .contains("The coffee is great!       POSITIVE", "The coffee is not great!   NEGATIVE");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home.resolve("registry"))) {
            ModelVersion active = registry.active("reviews");
            assertThat(active.derivation()).contains("trained");
            assertThat(TokenizerSource.of(
                            OnnxReader.read(registry.file(active.ref())).info().metadata()))
                    .contains(TokenizerSource.read(home.resolve("tiny-bert")));
        }
    }

    /** The figure is one of the ten digits' scores; which, the registry's own model says when it is asked directly. */
    @Test
    void httpAnswersAsTheModelDoes() throws Exception {
        String answer = S12_HttpServing.run(home, console.terminal());

        try (EdgeAI edge = EdgeAI.builder().home(home).build();
                ModelEndpoint endpoint = edge.serve("digits")) {
            float[] scores = endpoint.predict(DrawnSet.images(1, 4)[0]);
            int best = DrawnSet.largest(scores);
            assertThat(answer)
                    .contains("\"id\":\"1\"", "\"datatype\":\"BYTES\",\"shape\":[1,3]")
                    .contains("\"data\":[\"" + scores[best] + ":" + best + "\",");
        }
        assertThat(console.out())
                .contains("serving [digits]", "\"platform\":\"onnx_onnxv1\"")
                .contains("edgeai_inferences_total{model=\"digits\",version=\"1\"} 1");
    }

    /** The floor is 640 × 320 in an input of 128 × 128: a cell of 16 is 80 pixels, and both crates fill one. */
    @Test
    void cratesAreFoundWhereTheyWerePainted() throws Exception {
        List<Detection> found = S13_Vision.run(home, console.terminal());

        assertThat(found)
                .extracting(Detection::box)
                .containsExactlyInAnyOrder(new Box(80, 80, 160, 160), new Box(400, 160, 480, 240));
        assertThat(found).allSatisfy(one -> assertThat(one.score()).isBetween(0.9, 1.0)); // edges are blurred
        assertThat(console.out()).contains("crate 0.96 at x 80 to 160");
    }

    @Test
    void severalSessionsAnswerAsOne() {
        Map<String, float[]> answers = S14_Pipeline.run(home, console.terminal());

        float sum = 0;
        for (float share : answers.get("ensemble")) {
            sum += share;
        }
        assertThat(sum).isCloseTo(1, within(1e-5f));
        assertThat(answers.get("staged")).containsExactly(answers.get("whole"));
        assertThat(answers.get("remote")).containsExactly(answers.get("whole"));
        assertThat(console.out()).contains("steps [networks, softmax]", "remote answers as the whole: true");
    }

    @Test
    void enginesAreListedWithWhatBringsThemAndEachAnswersTheSame() throws Exception {
        Map<String, float[]> answers = S15_Engines.run(home, console.terminal());

        assertThat(answers).containsKey("java-trees");
        assertThat(answers.values()).allSatisfy(margins -> assertThat(margins).containsExactly(-0.5f, 1.5f, -0.5f));
        assertThat(console.out()).contains("onnxruntime [ONNX]: here", "java-trees answers [-0.5, 1.5, -0.5]");
        assertThat(console.out())
                .contains(
                        answers.containsKey("xgboost")
                                ? List.of("xgboost [XGBOOST]: here", "tensorflow [TENSORFLOW]: here", "to add: []")
                                : List.of(
                                        "ml.dmlc:xgboost4j_2.12:3.0.4", "org.tensorflow:tensorflow-core-native:1.0.0"));
    }

    @Test
    void theWiderNetworkIsFoundToReadBetter() {
        ExperimentReport report = S16_Experiment.run(home, console.terminal());

        ComparisonReport right = report.of("digits@2", "right");
        assertThat(right.outcome()).isEqualTo(Outcome.BETTER);
        assertThat(right.interval().low()).isPositive();
        assertThat(report.requests().values().stream().mapToLong(n -> n).sum()).isBetween(100L, 2000L);
        assertThat(console.out()).contains("digits@2 in right: better");
    }

    @Test
    void theNewVersionGoesFromTheShadowThroughTheStepsToAllRequests() {
        Canary.Report report = S25_Rollout.run(home, console.terminal());

        assertThat(report.status()).isEqualTo(CanaryStatus.PASSED);
        assertThat(report.requests()).isGreaterThanOrEqualTo(400);
        assertThat(console.out())
                .contains(
                        "digits@2 in the shadow: ",
                        "digits@2 answers 10 %",
                        "digits@2: PASSED, the active version is digits@2");
    }

    @Test
    void deploymentSendsTheSecondVersionAsADifference() {
        List<RolloutReport> reports = S19_Deployment.run(home, console.terminal());

        assertThat(reports).as(console.out()).hasSize(2).allMatch(RolloutReport::completed);
        long whole = reports.get(0).sentBytes();
        long difference = reports.get(1).sentBytes();
        assertThat(100.0 * difference / whole).as("per cent sent").isPositive().isLessThanOrEqualTo(6);
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home.resolve("home"))) {
            for (ModelVersion version : registry.versions("digits")) {
                for (String site : List.of("north", "south", "west")) {
                    assertThat(home.resolve(site)
                                    .resolve("blobs")
                                    .resolve(version.digest().hex()))
                            .hasSameBinaryContentAs(registry.file(version.ref()));
                }
            }
        }
    }

    @Test
    void autoscalingIsCheaperThanKnativeAndTheFastVariantSavesTheRush() {
        Map<String, ReplayReport> reports = S20_Autoscaling.run(console.terminal());

        ReplayReport knative = reports.get("Knative at 70 %");
        ReplayReport ours = reports.get("queueing");
        ReplayReport withFast = reports.get("queueing with int8");
        assertThat(ours.replicaHours()).as(console.out()).isLessThan(0.9 * knative.replicaHours());
        assertThat(withFast.violations()).as(console.out()).isLessThan(0.5 * ours.violations());
        assertThat(withFast.meanAccuracy()).isBetween(0.945, 0.95);
        assertThat(ours.replicaHours()).isGreaterThan(reports.get("oracle").replicaHours());
    }

    /** 5 ms and a twentieth more each minute are 20 ms after 300 minutes; answers of .6 to .9 are right in 75 %. */
    @Test
    void whatWillBeIsTold() {
        S21_DriftAndForecast.Outlook outlook = S21_DriftAndForecast.run(home, console.terminal());

        assertThat(outlook.slow().p50()).isCloseTo(180, within(18.0));
        assertThat(outlook.next().mean()[29]).isBetween(9.5, 13.5);
        assertThat(outlook.accuracy().accuracy())
                .as(outlook.accuracy().refusal())
                .isCloseTo(0.75, within(0.04));
        assertThat(outlook.change().since()).isBetween(2900L, 3150L);
        assertThat(console.out()).contains("20 ms in ", "accuracy without labels: 0.7", "errors rose at answer ");
    }

    /** Each incident is told once, after it began: the belt at 2400, the oven at 2500, failures at 2600, labels at 2700. */
    @Test
    void whatIsTheHostsOwnIsWatchedToo() {
        List<AlertRaised> alerts = S26_OwnSignals.run(home, console.terminal());

        Instant start = Instant.parse("2026-03-02T00:00:00Z");
        List<String> told = alerts.stream()
                .map(alert -> alert.signal() + " " + alert.version() + " "
                        + Duration.between(start, alert.at()).toMinutes() / 100)
                .toList();
        assertThat(told)
                .as(console.out())
                .containsExactlyInAnyOrder(
                        "SERIES belt.current@1 24",
                        "SERIES oven.temperature@1 25",
                        "ERRORS digits@1 26",
                        "OBJECTIVE digits@1 26",
                        "CONCEPT_DRIFT digits@1 27");
        assertThat(console.out())
                .contains(
                        ", says ramp.",
                        "objective 99.9 % of calls of digits without error: ",
                        "while inputs look like the reference")
                .contains("advice: RETRAIN, Wrong answers rose from ");
    }

    @Test
    void aSpentBudgetTeachesNothingMore() {
        Federated learned = S23_PrivateFederation.run(home, console.terminal());

        assertThat(learned.run().rounds()).hasSize(30);
        assertThat(learned.run().rounds().get(29).epsilon()).isBetween(3.9, 4.0);
        // The noise is secret and differs each time: chance is one in ten.
        assertThat(learned.run().accuracy()).isGreaterThan(0.4);
        assertThat(home.resolve("digits.ledger")).exists();
        assertThat(console.out()).contains("again: 1 more of poisson(q=0.1").contains("budget of 4.0");
    }

    @Test
    void aVersionThatFailsIsToldOnceAndAdvisedAgainst() throws Exception {
        List<Notification> told = S22_Dashboard.run(home, console.terminal(), new CountDownLatch(0));

        assertThat(told).singleElement().satisfies(notification -> {
            assertThat(notification.version()).hasToString("defects@2");
            assertThat(notification.alerts().get(0).signal()).isEqualTo(SignalKind.ERRORS);
        });
        assertThat(console.out())
                .contains(
                        "advice: ROLL_BACK of defects@2, failed calls from ",
                        "followed: DONE, rolled back to defects@1",
                        "active: defects@1",
                        "live page at http://127.0.0.1:");
        assertThat(home.resolve("monitor")).isNotEmptyDirectory();
    }
}
