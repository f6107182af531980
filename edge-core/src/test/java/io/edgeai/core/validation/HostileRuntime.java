package io.edgeai.core.validation;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Engines that do to their process what a hostile or broken model may do. */
abstract class HostileRuntime implements InferenceRuntime {
    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.ONNX);
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public Availability availability() {
        return new Availability(true, "1");
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        throw new IllegalStateException("opened from a file only");
    }

    /** Waits for what never comes. */
    public static final class Hanging extends HostileRuntime {
        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            while (true) {
                LockSupport.park();
            }
        }
    }

    /** Ends the process as a crash of native code does: no cleaning up, exit status 134. */
    public static final class Crashing extends HostileRuntime {
        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            Runtime.getRuntime().halt(134);
            throw new IllegalStateException("still here");
        }
    }

    /** Takes the Java heap. */
    @SuppressWarnings("ModifiedButNotUsed") // only held
    public static final class Greedy extends HostileRuntime {
        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            List<byte[]> taken = new ArrayList<>();
            while (true) {
                taken.add(new byte[1 << 20]);
            }
        }
    }

    /** Takes memory outside of the Java heap, as native code does, and touches it. */
    public static final class Bloated extends HostileRuntime {
        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            List<ByteBuffer> taken = new ArrayList<>();
            while (true) {
                ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
                for (int i = 0; i < chunk.capacity(); i += 4096) {
                    chunk.put(i, (byte) 1);
                }
                taken.add(chunk);
                if (taken.size() == 200) {
                    LockSupport.park(); // long enough at this size to be looked at
                }
            }
        }
    }
}
