/**
 * What a monitor sees as events of the JDK's Flight Recorder, beside garbage collections and locks. They cost nothing while
 * nobody records.
 */
@NullMarked
package io.edgeai.monitor.export.jfr;

import org.jspecify.annotations.NullMarked;
