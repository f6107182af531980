package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.ServiceRunner;
import io.edgeai.placement.deploy.site.SiteAccess;
import io.edgeai.placement.deploy.site.SiteStore;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteTargetTest {
    private static final int CHUNK = 10_000;

    @TempDir
    private Path folder;

    @Test
    void aTransferKilledAnywhereRepeatsAtMostTwoChunks() {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 40 * CHUNK - 1, 1), CHUNK);
        for (int kill = 0; kill < 40; kill++) {
            Path root = folder.resolve("site" + kill);
            UnsteadySite broken = new UnsteadySite(open(root), kill);
            assertThatThrownBy(() -> SiteTarget.of(broken).fetch(artifact, Progress.NONE))
                    .isInstanceOf(RemoteUnavailableException.class);

            UnsteadySite whole = UnsteadySite.steady(open(root));
            Transfer rest = SiteTarget.of(whole).fetch(artifact, Progress.NONE);

            int sent = broken.sent().size() + whole.sent().size();
            assertThat(sent - 40).as("resent after " + kill).isBetween(0, 2);
            assertThat(rest.sentChunks())
                    .as("second try after " + kill)
                    .isEqualTo(whole.sent().size());
            assertThat(SiteStore.open(root).file(artifact.digest())).hasSameBinaryContentAs(artifact.file());
        }
    }

    @Test
    void aSiteWithAnOlderVersionIsSentTheDifference() throws IOException {
        float[] weights = Models.weights(100_000, 2);
        Artifact old = Artifact.of(model("v1", weights), CHUNK);
        for (int i = 97_000; i < weights.length; i++) {
            weights[i] *= 1.001f;
        }
        Artifact tuned = Artifact.of(model("v2", weights), CHUNK).basedOn(List.of(old), folder.resolve("scratch"));
        LocalSite site = open(folder.resolve("site"));
        SiteTarget target = SiteTarget.of(site);

        Transfer first = target.fetch(old, Progress.NONE);
        Transfer second = target.fetch(tuned, Progress.NONE);

        assertThat(first.sentBytes()).isEqualTo(old.sizeBytes());
        assertThat(second.delta()).isTrue();
        assertThat(100.0 * second.sentBytes() / tuned.sizeBytes()).isLessThanOrEqualTo(6);
        assertThat(site.store().file(tuned.digest())).hasSameBinaryContentAs(tuned.file());
        assertThat(site.artifacts()).containsExactlyInAnyOrder(old.digest(), tuned.digest());
        assertThat(target.fetch(tuned, Progress.NONE)).isEqualTo(Transfer.NOTHING);
    }

    @Test
    void aDamagedBaseOrAnUnlikeModelIsNoObstacle() throws IOException {
        Artifact old = Artifact.of(Models.noise(folder.resolve("v1"), 90_000, 3), CHUNK);
        Path unlike = Models.noise(folder.resolve("v2"), 90_000, 4);
        Artifact other = Artifact.of(unlike, CHUNK).basedOn(List.of(old), folder.resolve("scratch"));
        byte[] bytes = Files.readAllBytes(old.file());
        bytes[5]++;
        Artifact similar = Artifact.of(Models.write(folder.resolve("v3"), bytes), CHUNK)
                .basedOn(List.of(old), folder.resolve("scratch"));
        LocalSite site = open(folder.resolve("site"));
        SiteTarget target = SiteTarget.of(site);
        target.fetch(old, Progress.NONE);

        assertThat(target.fetch(other, Progress.NONE).delta()).isFalse();
        byte[] damaged = Files.readAllBytes(old.file());
        damaged[70_000]++;
        Files.write(site.store().file(old.digest()), damaged);
        Transfer whole = target.fetch(similar, Progress.NONE);

        assertThat(whole.delta()).isFalse();
        assertThat(whole.sentBytes()).isGreaterThanOrEqualTo(similar.sizeBytes());
        assertThat(site.store().file(similar.digest())).hasSameBinaryContentAs(similar.file());
    }

    @Test
    void sendingStopsBetweenTwoChunksWhenItIsCancelled() {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 20 * CHUNK, 5), CHUNK);
        AtomicLong most = new AtomicLong();
        Progress atTen = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                most.accumulateAndGet(done, Math::max);
            }

            @Override
            public boolean cancelled() {
                return most.get() >= 10;
            }
        };
        LocalSite site = open(folder.resolve("site"));

        assertThatThrownBy(() -> SiteTarget.of(site).fetch(artifact, atTen))
                .isInstanceOf(OperationCancelledException.class);

        assertThat(site.artifacts()).isEmpty();
        assertThat(site.begin(artifact.chunks())).hasSizeBetween(8, 10);
    }

    @Test
    void anEmptyModelIsAModelToo() {
        Artifact empty = Artifact.of(Models.noise(folder.resolve("empty"), 0, 6));
        LocalSite site = open(folder.resolve("site"));
        SiteTarget.of(site).fetch(empty, Progress.NONE);
        assertThat(site.artifacts()).containsExactly(empty.digest());
    }

    @Test
    void randomlyUnreliableSitesGetTheirModelsInTheEnd() {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            Artifact artifact =
                    Artifact.of(Models.noise(folder.resolve("m" + seed), random.nextInt(200_000), seed), 777);
            Path root = folder.resolve("rough" + seed);
            int tries = 0;
            boolean done = false;
            while (!done && tries++ < 500) {
                try {
                    SiteTarget.of(new UnsteadySite(open(root), 1 + random.nextInt(40)))
                            .fetch(artifact, Progress.NONE);
                    done = true;
                } catch (RemoteUnavailableException e) {
                    done = false;
                }
            }
            assertThat(SiteStore.open(root).file(artifact.digest()))
                    .as("seed " + seed)
                    .hasSameBinaryContentAs(artifact.file());
        }
    }

    /** What went out before the line broke was sent too. */
    @Test
    void aLineThatBreaksOnceIsCounted() {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 40 * CHUNK, 7), CHUNK);
        LocalSite site = open(folder.resolve("site"));
        AtomicLong writes = new AtomicLong();
        InvocationHandler breaksOnce = (proxy, method, arguments) -> {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            if (method.getName().equals("write") && writes.incrementAndGet() == 21) {
                throw new RemoteUnavailableException("The line broke.");
            }
            return method.invoke(site, arguments);
        };
        SiteAccess line = (SiteAccess) Proxy.newProxyInstance(
                SiteAccess.class.getClassLoader(), new Class<?>[] {SiteAccess.class}, breaksOnce);

        Transfer all = SiteTarget.of(line).fetch(artifact, Progress.NONE);

        assertThat(all.sentChunks()).isEqualTo((int) writes.get()).isEqualTo(41);
        assertThat(all.sentBytes()).isEqualTo(41L * CHUNK);
        assertThat(site.store().file(artifact.digest())).hasSameBinaryContentAs(artifact.file());
    }

    private Path model(String name, float[] weights) {
        return Models.write(
                folder.resolve(name), Models.onnx("t").tensor("w", weights).bytes());
    }

    private static LocalSite open(Path root) {
        return LocalSite.open(SiteStore.open(root), ServiceRunner.FILES_ONLY);
    }
}
