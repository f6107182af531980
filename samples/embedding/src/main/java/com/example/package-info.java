/**
 * A service that embeds EdgeAI from outside its build. It checks that nothing stays behind when an instance closes.
 */
package com.example;
