package io.edgeai.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable part(String name, Exception failure) {
        return () -> {
            closed.add(name);
            throw failure;
        };
    }

    @Test
    void closesAllAndThrowsTheFirstFailureWithTheOthersInIt() {
        IllegalArgumentException first = new IllegalArgumentException("first");
        IOException second = new IOException("second");
        assertThatThrownBy(() -> Closing.all(List.of(part("a", first), () -> closed.add("b"), part("c", second))))
                .isSameAs(first)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()[0]).hasCause(second));
        assertThat(closed).containsExactly("a", "b", "c");
    }
}
