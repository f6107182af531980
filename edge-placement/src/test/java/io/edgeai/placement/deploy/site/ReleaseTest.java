package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import org.junit.jupiter.api.Test;

class ReleaseTest {
    private static final Digest MODEL = Digest.of(new byte[] {1});
    private final Release release = new Release("defects", "v1", MODEL, 2, 8);

    @Test
    void batchesAreReadBackAndOldReleasesHaveNone() {
        assertThat(Release.fromJson(release.toJson())).isEqualTo(release);
        String old = "{\"service\":\"defects\",\"variant\":\"v1\",\"artifact\":\"" + MODEL.hex() + "\",\"replicas\":2}";
        Release open = new Release("defects", "v1", MODEL, 2);
        assertThat(Release.fromJson(old)).isEqualTo(open);
        assertThat(open.batch()).isZero();
        assertThat(open.toJson()).as("as journals and sites hold it").isEqualTo(old);
    }

    @Test
    void onlyAnotherNumberOfReplicasScales() {
        assertThat(release.scales(release.replicas(3))).isTrue();
        assertThat(release.scales(release)).isFalse();
        assertThat(release.scales(new Release("defects", "v1", MODEL, 3, 4))).isFalse();
        assertThat(release.scales(new Release("defects", "v2", MODEL, 3, 8))).isFalse();
    }

    @Test
    void sizesBeyondThoseOfPlansAreRefused() {
        for (int bad : new int[] {-1, 4097}) {
            assertThatThrownBy(() -> new Release("defects", "v1", MODEL, 2, bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + bad + ")")
                    .hasMessageContaining("Maybe");
        }
    }
}
