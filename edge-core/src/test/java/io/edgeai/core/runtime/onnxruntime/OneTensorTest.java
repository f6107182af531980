package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the JDK's map of one entry. */
class OneTensorTest {
    private OnnxTensor tensor;
    private OneTensor one;

    @BeforeEach
    void create() throws OrtException {
        tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new float[] {1, 2});
        one = new OneTensor("x", tensor);
    }

    @AfterEach
    void close() {
        tensor.close();
    }

    @Test
    void isTheMapThatTheJdkMakesOfOneEntry() {
        Map<String, OnnxTensor> same = Collections.singletonMap("x", tensor);
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).hasToString(same.toString());
        assertThat(same).isEqualTo(one);
        assertThat(one.get("x")).isSameAs(tensor);
        assertThat(one.get("y")).isNull();
        assertThatThrownBy(() -> one.put("x", tensor)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void everyWalkMeetsTheEntryOnceAndThenEnds() {
        for (int walk = 0; walk < 3; walk++) {
            Iterator<Map.Entry<String, OnnxTensor>> entries = one.entrySet().iterator();
            assertThat(entries.next()).isEqualTo(Map.entry("x", tensor));
            assertThat(entries.hasNext()).isFalse();
            assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void walksTakeNoMemory() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long own = Thread.currentThread().getId();
        int walks = 10_000;
        assertThat(met(100)).isEqualTo(100);
        long before = threads.getThreadAllocatedBytes(own);
        int met = met(walks);
        long bytes = threads.getThreadAllocatedBytes(own) - before;
        assertThat(met).isEqualTo(walks);
        assertThat(bytes).as("less than the smallest object for each").isLessThan(16L * walks);
    }

    private int met(int walks) {
        int met = 0;
        for (int walk = 0; walk < walks; walk++) {
            for (Map.Entry<String, OnnxTensor> entry : one.entrySet()) {
                met += entry.getValue() == tensor ? 1 : 0;
            }
        }
        return met;
    }
}
