package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingTarget.Replicas;
import io.edgeai.placement.deploy.site.Release;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaledReleaseTest {
    @TempDir
    private Path folder;

    @Test
    void decisionsBecomeReleasesOfTheSite() {
        Artifact full = Artifact.of(Models.noise(folder.resolve("full"), 100, 1));
        Artifact fast = Artifact.of(Models.noise(folder.resolve("fast"), 100, 2));
        SiteTarget site = SiteTarget.directory(folder.resolve("site"));
        site.fetch(full, Progress.NONE);
        site.fetch(fast, Progress.NONE);
        Release better = new Release("defects", "full", full.digest(), 1);
        Release quicker = new Release("defects", "fast", fast.digest(), 1);
        ScaledRelease scaled = new ScaledRelease(site, List.of(better, quicker));
        assertThat(scaled.replicas()).isEqualTo(new Replicas(0, 0));

        scaled.apply(new ScalingDecision(3, 0, ""));
        assertThat(site.release("defects")).contains(new Release("defects", "full", full.digest(), 3));
        assertThat(scaled.replicas()).isEqualTo(new Replicas(3, 0));

        scaled.apply(new ScalingDecision(3, 1, ""));
        assertThat(site.release("defects")).contains(new Release("defects", "fast", fast.digest(), 3));
        assertThat(new ScaledRelease(site, List.of(better, quicker)).replicas()).isEqualTo(new Replicas(3, 0));

        scaled.apply(new ScalingDecision(0, 0, ""));
        assertThat(site.release("defects")).isEmpty();
        assertThatThrownBy(() -> new ScaledRelease(site, List.of(better, new Release("other", "v", full.digest(), 1))))
                .isInstanceOf(InvalidInputException.class);
    }
}
