package io.edgeai.core.runtime.djl;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import java.util.Locale;
import java.util.function.Supplier;

/** What the engines of this package say of the machine and of each other's absence; no foreign types. */
final class Platforms {
    private Platforms() {}

    /** The classifier of this machine's natives as the Deep Java Library names it, e.g. {@code linux-x86_64}. */
    static String djl() {
        return classifier(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static String classifier(String system, String processor) {
        String os = system.toLowerCase(Locale.ROOT);
        String family = os.startsWith("win") ? "win" : os.startsWith("mac") ? "osx" : "linux";
        boolean arm = processor.equals("aarch64") || processor.equals("arm64");
        return family + (arm ? "-aarch64" : "-x86_64");
    }

    /** As {@link #djl()}, as JavaCPP names it, e.g. {@code macosx-arm64}. */
    static String javacpp() {
        return djl().replace("osx", "macosx").replace("win-", "windows-").replace("aarch64", "arm64");
    }

    static Availability availability(String dependency, Supplier<String> version) {
        try {
            return new Availability(true, version.get());
        } catch (NoClassDefFoundError e) {
            return new Availability(
                    false, "its classes are not here (" + e.getMessage() + "). Maybe add the dependency " + dependency);
        } catch (MissingPart e) {
            return new Availability(false, e.getMessage() + ". Maybe add the dependency " + dependency);
        } catch (LinkageError | RuntimeException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return new Availability(
                    false,
                    "its native library does not load (" + root.getMessage()
                            + "). Maybe use Linux on x86-64 with glibc 2.28 or newer, with the dependency "
                            + dependency);
        }
    }

    static void requireUsable(String engine, Availability availability) {
        if (!availability.usable()) {
            throw new RuntimeUnavailableException(engine + " is not usable: " + availability.detail() + ".");
        }
    }

    /** One of several jars that are needed together is not here. */
    static final class MissingPart extends RuntimeException {
        private static final long serialVersionUID = 1;

        MissingPart(String message) {
            super(message);
        }
    }
}
