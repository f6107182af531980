package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Creates ONNX Runtime sessions with settings fit for the edge. Loaded only once an engine is really used. */
final class SessionFactory {
    private static final long LARGEST_IN_MEMORY = 1L << 30;

    private SessionFactory() {}

    /**
     * Loads the natives but creates no environment: a process has one, shared by all who use ONNX Runtime, and who
     * creates it chooses its thread pools (DJL insists on that).
     */
    static String version() {
        String version = OrtEnvironment.class.getPackage().getImplementationVersion();
        return (version == null ? "unknown version" : version) + " " + OrtEnvironment.getAvailableProviders();
    }

    static OrtInferenceSession open(Path model, SessionOptions options) {
        checkFile(model);
        String what = model.toString();
        return create(what, options, (env, ort) -> env.createSession(what, ort));
    }

    /** Opens a model and writes it as rewritten, in ONNX Runtime's own format. */
    static OrtInferenceSession openAndSave(Path model, SessionOptions options, Path to) {
        checkFile(model);
        String what = model.toString();
        return create(what, options, (env, ort) -> {
            ort.addConfigEntry("session.save_model_format", "ORT");
            ort.setOptimizedModelFilePath(to.toString());
            return env.createSession(what, ort);
        });
    }

    /** Opens what {@link #openAndSave} wrote, over the given memory, which the session keeps. */
    static OrtInferenceSession openRewritten(ByteBuffer model, SessionOptions options) {
        return create(
                model.limit() + " bytes of the cache",
                options,
                false,
                (env, ort) -> {
                    ort.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
                    ort.addConfigEntry("session.use_ort_model_bytes_directly", "1");
                    ort.addConfigEntry("session.use_ort_model_bytes_for_initializers", "1");
                    return env.createSession(model, ort);
                },
                (env, session) -> new OrtInferenceSession(env, session, options, model));
    }

    private static void checkFile(Path model) {
        try {
            if (!Files.isRegularFile(model)) {
                throw new ModelFormatException("Model (" + model + ") is not a file. Maybe its path is mistyped?");
            }
            if (Files.size(model) < 8) {
                throw new ModelFormatException("Model (" + model + ") has (" + Files.size(model)
                        + ") bytes, too few for an ONNX model. Maybe its download stopped early.");
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read model (" + model + ").", e);
        }
        ExternalData.refuseOutside(model);
    }

    static OrtInferenceSession open(byte[] model, SessionOptions options) {
        checkInMemory(model);
        return create(model.length + " bytes", options, (env, ort) -> env.createSession(model, ort));
    }

    static OrtStatefulSession openStateful(byte[] model, List<StateTensor> states, SessionOptions options) {
        checkInMemory(model);
        return create(
                model.length + " bytes",
                options,
                true,
                (env, ort) -> env.createSession(model, ort),
                (env, session) -> OrtStatefulSession.open(env, session, states));
    }

    private static void checkInMemory(byte[] model) {
        if (model.length < 8 || model.length > LARGEST_IN_MEMORY) {
            throw new ModelFormatException("Model in memory has (" + model.length
                    + ") bytes. Maybe open it from a file: memory takes 8 bytes to 1 GiB.");
        }
        ExternalData.refuseAny(model);
    }

    private static OrtInferenceSession create(String what, SessionOptions options, Opening opening) {
        return create(what, options, false, opening, (env, session) -> new OrtInferenceSession(env, session, options));
    }

    /**
     * @param arena whether ONNX Runtime keeps freed memory for the next run. Its lock costs two threads on a small model
     *     30 % and more; a session with one run at a time does not contend, and a training step of ResNet-20 takes 30 %
     *     longer without. Planning that memory as one block ("memory pattern") then gains nothing and takes half as
     *     much again.
     */
    private static <S> S create(
            String what, SessionOptions options, boolean arena, Opening opening, Wrapping<S> wrapping) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions ort = settings(options, arena)) {
            OrtSession session = opening.open(environment, ort);
            try {
                return wrapping.wrap(environment, session);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw OrtErrors.loading(what, OrtProviders.name(options.engineOptions()), e);
        }
    }

    /** Works with a bare session of ONNX Runtime, which is closed afterwards. */
    static <T> T with(byte[] model, SessionOptions options, Setting more, Work<T> work) {
        ExternalData.refuseAny(model);
        OrtSession session;
        try (OrtSession.SessionOptions ort = settings(options, false)) {
            more.set(ort);
            session = OrtEnvironment.getEnvironment().createSession(model, ort);
        } catch (OrtException e) {
            throw OrtErrors.loading(model.length + " bytes", OrtProviders.name(options.engineOptions()), e);
        }
        try (session) {
            return work.with(session);
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        }
    }

    private static OrtSession.SessionOptions settings(SessionOptions options, boolean arena) throws OrtException {
        OrtSession.SessionOptions ort = new OrtSession.SessionOptions();
        try {
            ort.setIntraOpNumThreads(options.intraOpThreads());
            ort.setInterOpNumThreads(1);
            ort.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            ort.setOptimizationLevel(
                    options.optimize()
                            ? OrtSession.SessionOptions.OptLevel.ALL_OPT
                            : OrtSession.SessionOptions.OptLevel.NO_OPT);
            ort.setCPUArenaAllocator(arena);
            ort.setMemoryPatternOptimization(!arena);
            for (String spinning : List.of("session.intra_op.allow_spinning", "session.inter_op.allow_spinning")) {
                if (!options.engineOptions().containsKey(spinning)) {
                    ort.addConfigEntry(spinning, "0");
                }
            }
            OrtProviders.add(options.engineOptions(), ort);
            OrtOptions.apply(options.engineOptions(), ort);
            return ort;
        } catch (OrtException | RuntimeException e) {
            ort.close();
            throw e;
        }
    }

    private interface Opening {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    private interface Wrapping<S> {
        S wrap(OrtEnvironment environment, OrtSession session) throws OrtException;
    }

    interface Setting {
        void set(OrtSession.SessionOptions options) throws OrtException;
    }

    interface Work<T> {
        T with(OrtSession session) throws OrtException;
    }
}
