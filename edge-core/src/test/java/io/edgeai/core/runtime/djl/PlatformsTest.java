package io.edgeai.core.runtime.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.runtime.InferenceRuntime.Availability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformsTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x86_64",
        "Linux, aarch64, linux-aarch64",
        "Mac OS X, aarch64, osx-aarch64",
        "Windows 11, amd64, win-x86_64"
    })
    void classifiersAreThoseOfThePublishedJars(String system, String processor, String classifier) {
        assertThat(Platforms.classifier(system, processor)).isEqualTo(classifier);
    }

    @Test
    void whatFailsToLoadIsSaidWithItsDeepestReason() {
        Availability missing = Platforms.availability("a:b:1", () -> {
            throw new NoClassDefFoundError("x/Y");
        });
        Availability broken = Platforms.availability("a:b:1", () -> {
            throw new IllegalStateException("outer", new UnsatisfiedLinkError("GLIBC_2.99 not found"));
        });
        assertThat(missing)
                .isEqualTo(new Availability(false, "its classes are not here (x/Y). Maybe add the dependency a:b:1"));
        assertThat(broken.usable()).isFalse();
        assertThat(broken.detail()).contains("does not load (GLIBC_2.99 not found)", "a:b:1");
        assertThat(Platforms.availability("a:b:1", () -> "2.0")).isEqualTo(new Availability(true, "2.0"));
    }
}
